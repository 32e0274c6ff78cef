// One screen: who is signed in, and the ways in and out.
package com.example.gatehouse

import android.content.ActivityNotFoundException
import android.os.Bundle
import android.widget.Button
import android.widget.LinearLayout
import android.widget.TextView
import androidx.activity.ComponentActivity
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.lifecycleScope
import androidx.lifecycle.repeatOnLifecycle
import kotlinx.coroutines.launch

class MainActivity : ComponentActivity() {
    private val app by lazy { application as App }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val sentence = TextView(this)
        val screen = LinearLayout(this).apply {
            orientation = LinearLayout.VERTICAL
            fitsSystemWindows = true
            addView(sentence)
            addView(button("Sign in", ::signIn))
            addView(button("Sign out", app::signOut))
        }
        setContentView(screen)
        lifecycleScope.launch {
            repeatOnLifecycle(Lifecycle.State.STARTED) { app.sentence.collect { sentence.text = it } }
        }
        if (savedInstanceState == null) app.showWho()
    }

    private fun signIn() {
        lifecycleScope.launch {
            try {
                app.signIn.start(this@MainActivity)
            } catch (_: ActivityNotFoundException) {
                app.sentence.value = "There is no browser on this device."
            }
        }
    }

    private fun button(label: String, action: () -> Unit) = Button(this).apply {
        text = label
        setOnClickListener { action() }
    }
}
