plugins {
    id("com.android.application") version "8.7.3"
    kotlin("android") version "2.0.21"
}

android {
    namespace = "org.example.homeai"
    compileSdk = 35
    defaultConfig {
        applicationId = "org.example.homeai"
        minSdk = 28
        targetSdk = 35
        versionName = "1.5.1"
    }
}

dependencies {
    testImplementation(kotlin("test"))
}
