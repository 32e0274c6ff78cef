// A login in the system's browser (RFC 8252) with PKCE (RFC 7636): how it begins, and what may end it.
package com.example.gatehouse

import android.content.Context
import android.net.Uri
import android.util.Base64
import androidx.browser.customtabs.CustomTabsIntent
import java.security.MessageDigest
import java.security.SecureRandom
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import org.json.JSONObject

const val CLIENT_ID = "gatehouse-native"

/** With an App Link: "https://auth.example.com/app/gatehouse-native/success". */
const val REDIRECT_URI = "yourappscheme://login/success"

sealed interface LoginOutcome {
    data object SignedIn : LoginOutcome

    /** @property code Gatehouse's, such as `access_denied`. */
    data class Failed(val code: String) : LoginOutcome

    /** Not the end of a login of ours: nothing has changed. */
    data object Unsolicited : LoginOutcome
}

class SignIn(
    private val issuer: String,
    private val api: GatehouseApi,
    private val session: Session,
    private val secrets: SecretStore,
) {
    private val mutex = Mutex()

    /** The verifier stays here. Android may end the app while the browser is in front, so it is kept, encrypted. */
    private class Pending(val state: String, val verifier: String, val startedAtMs: Long)

    /** Opens a Custom Tab, never a web view: there the app could read passwords, and nobody is signed in yet. */
    suspend fun start(context: Context) {
        val pending = Pending(random(), random(), System.currentTimeMillis())
        withContext(Dispatchers.IO) { mutex.withLock { write(pending) } }
        val challenge = MessageDigest.getInstance("SHA-256").digest(pending.verifier.toByteArray())
        val login = Uri.parse(issuer).buildUpon()
            .path("/login")
            .appendQueryParameter("origin", "native")
            .appendQueryParameter("client_id", CLIENT_ID)
            .appendQueryParameter("redirect_uri", REDIRECT_URI)
            .appendQueryParameter("state", pending.state)
            .appendQueryParameter("code_challenge", base64Url(challenge))
            .appendQueryParameter("code_challenge_method", "S256")
            .build()
        CustomTabsIntent.Builder().build().launchUrl(context, login)
    }

    /** Whatever somebody sends: only what knows the state of the login that this app has begun has an effect. */
    suspend fun finish(redirect: Uri): LoginOutcome {
        val pending = take(redirect) ?: return LoginOutcome.Unsolicited
        val uid = redirect.only("uid")
        val ticket = redirect.only("ticket")
        if (redirect.only("ok") != "1" || uid == null || ticket == null) {
            return LoginOutcome.Failed(redirect.only("error") ?: "auth_failed")
        }
        return try {
            session.begin(api.redeem(uid, ticket, pending.verifier))
            LoginOutcome.SignedIn
        } catch (error: GatehouseException) {
            LoginOutcome.Failed(error.code)
        }
    }

    /** @return the login that this redirect ends, which then is over; null leaves everything as it was. */
    private suspend fun take(redirect: Uri): Pending? = withContext(Dispatchers.IO) {
        mutex.withLock {
            read()?.takeIf { pending -> redirect.ends(pending) }?.also { secrets.remove(PENDING) }
        }
    }

    private fun Uri.ends(pending: Pending): Boolean {
        val expected = Uri.parse(REDIRECT_URI)
        // An explicit intent can bring any address past the manifest's filters; an opaque one has no parameters to ask for.
        return isHierarchical && scheme == expected.scheme && authority == expected.authority && path == expected.path &&
            isEqual(only("state"), pending.state) &&
            isEqual(only("iss"), issuer) &&
            System.currentTimeMillis() - pending.startedAtMs in 0..LOGIN_MS
    }

    private fun write(pending: Pending) {
        val json = JSONObject()
            .put(STATE, pending.state)
            .put(VERIFIER, pending.verifier)
            .put(STARTED_AT, pending.startedAtMs)
        secrets.write(PENDING, json.toString())
    }

    private fun read(): Pending? = secrets.read(PENDING)?.let(::JSONObject)?.run {
        Pending(getString(STATE), getString(VERIFIER), getLong(STARTED_AT))
    }

    private companion object {
        const val PENDING = "pending login"
        const val STATE = "state"
        const val VERIFIER = "verifier"
        const val STARTED_AT = "startedAt"

        /** As long as Gatehouse remembers a login. */
        const val LOGIN_MS = 10 * 60_000L

        /** One given twice is none. */
        fun Uri.only(name: String): String? = getQueryParameters(name).singleOrNull()

        /** In constant time. */
        fun isEqual(given: String?, expected: String): Boolean =
            given != null && MessageDigest.isEqual(given.toByteArray(), expected.toByteArray())

        fun random(): String = base64Url(ByteArray(32).also(SecureRandom()::nextBytes))

        fun base64Url(bytes: ByteArray): String =
            Base64.encodeToString(bytes, Base64.URL_SAFE or Base64.NO_PADDING or Base64.NO_WRAP)
    }
}
