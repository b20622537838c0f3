package org.example.homeai

import kotlin.test.Test
import kotlin.test.assertFalse
import kotlin.test.assertTrue

class EntitlementTest {
    @Test fun anActivePlanHidesTheOffer() = assertFalse(Entitlement("pro", true).needsOffer)

    @Test fun anEndedPlanShowsTheOffer() = assertTrue(Entitlement("pro", false).needsOffer)

    @Test fun theFreePlanShowsTheOffer() = assertTrue(Entitlement("free", true).needsOffer)
}
