rootProject.name = "homeai-android"
include(":app")
