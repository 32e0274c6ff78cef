/*
 * Where the browser comes back to. Any app and any page can start this activity with any address, so it believes nothing:
 * without a login that this app has begun, and its state, nothing changes (SignIn.finish). Nor is the ticket worth anything
 * to an app that claims the same scheme: the verifier has never left this one.
 */
package com.example.gatehouse

import android.app.Activity
import android.content.Intent
import android.os.Bundle

class CallbackActivity : Activity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        hand(intent)
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        hand(intent)
    }

    private fun hand(intent: Intent) {
        intent.data?.let { (application as App).finishSignIn(it) }
        // Back to the screen that began, with the browser's tab closed above it.
        val flags = Intent.FLAG_ACTIVITY_CLEAR_TOP or Intent.FLAG_ACTIVITY_SINGLE_TOP
        startActivity(Intent(this, MainActivity::class.java).addFlags(flags))
        finish()
    }
}
