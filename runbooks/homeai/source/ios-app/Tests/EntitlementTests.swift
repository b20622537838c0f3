import XCTest
@testable import HomeAI

final class EntitlementTests: XCTestCase {
    func testAnActivePlanHidesTheOffer() {
        XCTAssertFalse(Entitlement(plan: "pro", active: true).needsOffer)
    }

    func testAnEndedPlanShowsTheOffer() {
        XCTAssertTrue(Entitlement(plan: "pro", active: false).needsOffer)
    }

    func testTheFreePlanShowsTheOffer() {
        XCTAssertTrue(Entitlement(plan: "free", active: true).needsOffer)
    }
}
