package org.example.homeai

/** What the backend says that this account may use. */
data class Entitlement(val plan: String, val active: Boolean) {
    /** Whether the paywall is shown. */
    val needsOffer get() = !active || plan == "free"
}
