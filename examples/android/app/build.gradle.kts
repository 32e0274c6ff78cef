plugins {
    id("com.android.application") version "8.13.0"
    id("org.jetbrains.kotlin.android") version "2.2.20"
}

android {
    namespace = "com.example.gatehouse"
    compileSdk = 36

    defaultConfig {
        applicationId = "com.example.gatehouse"
        minSdk = 26
        targetSdk = 36
        versionCode = 1
        versionName = "1.0"
    }

    buildFeatures { buildConfig = true }

    buildTypes {
        debug {
            // `npm start` on the computer, after `adb reverse tcp:3000 tcp:3000`. The name is the issuer's: 10.0.2.2 is none.
            buildConfigField("String", "GATEHOUSE_URL", "\"http://localhost:3000\"")
        }
        release {
            buildConfigField("String", "GATEHOUSE_URL", "\"https://auth.example.com\"")
        }
    }
}

kotlin { jvmToolchain(17) }

dependencies {
    implementation("androidx.activity:activity-ktx:1.10.1")
    implementation("androidx.browser:browser:1.9.0")
    implementation("androidx.lifecycle:lifecycle-runtime-ktx:2.9.4")
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.10.2")
}
