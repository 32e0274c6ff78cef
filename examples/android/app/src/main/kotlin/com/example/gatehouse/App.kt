// What lives as long as the app does: the session, and what its screens show of it.
package com.example.gatehouse

import android.app.Application
import android.net.Uri
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.launch

class App : Application() {
    private val scope = MainScope()
    private val api = GatehouseApi(BuildConfig.GATEHOUSE_URL)
    private val secrets by lazy { SecretStore(this) }
    private val session by lazy { Session(api, secrets) }
    val signIn by lazy { SignIn(BuildConfig.GATEHOUSE_URL, api, session, secrets) }
    val sentence = MutableStateFlow("")

    /** Outlives the activity that brought the redirect. */
    fun finishSignIn(redirect: Uri) {
        scope.launch {
            when (val outcome = signIn.finish(redirect)) {
                LoginOutcome.SignedIn -> sayWho()
                is LoginOutcome.Failed -> sentence.value = reason(outcome.code)
                LoginOutcome.Unsolicited -> Unit
            }
        }
    }

    fun showWho() {
        scope.launch { sayWho() }
    }

    fun signOut() {
        scope.launch {
            try {
                session.signOut()
                sentence.value = "Signed out."
            } catch (error: GatehouseException) {
                sentence.value = reason(error.code)
            }
        }
    }

    /** As an app asks its own backend: with a token that is fresh, and once more with a new one if it was refused. */
    private suspend fun sayWho() {
        try {
            val token = session.accessToken()
            val who = try {
                api.session(token)
            } catch (error: GatehouseException) {
                if (error.code != "unauthenticated") throw error
                api.session(session.accessTokenAfter(token))
            }
            sentence.value = "Signed in as ${who.name} <${who.email}>."
        } catch (error: GatehouseException) {
            sentence.value = reason(error.code)
        }
    }

    private fun reason(code: String): String = when (code) {
        "access_denied" -> "The sign-in was cancelled."
        "invalid_grant", "unauthenticated" -> "Nobody is signed in."
        "temporarily_unavailable", "unreachable" -> "Gatehouse does not answer. Try again in a minute."
        "user_disabled", "no_jwt" -> "This account is switched off."
        else -> "That did not work ($code). Try again."
    }
}
