import SwiftUI

@main
struct HomeAIApp: App {
    var body: some Scene {
        WindowGroup { Text("HomeAI") }
    }
}

/// What the backend says that this account may use.
struct Entitlement: Decodable, Equatable {
    let plan: String
    let active: Bool

    /// Whether the paywall is shown.
    var needsOffer: Bool { !active || plan == "free" }
}
