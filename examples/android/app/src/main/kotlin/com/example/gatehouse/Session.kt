// The app's session: keeps the refresh token, hands out access tokens, and refreshes once however many ask.
package com.example.gatehouse

import android.os.SystemClock
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.delay
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

class Session(private val api: GatehouseApi, private val secrets: SecretStore) {
    private class Access(val token: String, val freshUntilMs: Long)

    /** One at a time: two refreshes would spend the same token. Who waited finds what the first one brought. */
    private val mutex = Mutex()
    private var access: Access? = null

    /** Takes over the tokens of a login. */
    suspend fun begin(tokens: Tokens) {
        locked { keep(tokens) }
    }

    /** One that is good for another minute. @throws GatehouseException `invalid_grant`, `unauthenticated`: sign in anew. */
    suspend fun accessToken(): String = locked {
        access?.takeIf { SystemClock.elapsedRealtime() < it.freshUntilMs }?.token ?: refresh()
    }

    /** Another one than [refused], which an API has refused. */
    suspend fun accessTokenAfter(refused: String): String = locked {
        access?.token?.takeIf { it != refused } ?: refresh()
    }

    /** Ends the session here and at WorkOS. When it throws, nothing is forgotten: repeat it. */
    suspend fun signOut() = locked {
        secrets.read(REFRESH_TOKEN)?.let { api.logout(it) }
        forget()
    }

    private suspend fun refresh(): String {
        val refreshToken = secrets.read(REFRESH_TOKEN) ?: throw GatehouseException("unauthenticated", isTransient = false)
        try {
            return keep(ask(refreshToken))
        } catch (error: GatehouseException) {
            // The one answer that ends it. No network, 429 and 503 leave the old token where it is, good as before.
            if (error.code == "invalid_grant") forget()
            throw error
        }
    }

    /** A lost answer is given again for 30 seconds; asking with the old token later than that ends the session. */
    private suspend fun ask(refreshToken: String): Tokens {
        for (waitMs in listOf(1_000L, 5_000L)) {
            try {
                return api.refresh(refreshToken)
            } catch (error: GatehouseException) {
                if (!error.isTransient) throw error
            }
            delay(waitMs)
        }
        return api.refresh(refreshToken)
    }

    /** Stores the refresh token before anything uses its sister: a crash in between must not lose it. */
    private fun keep(tokens: Tokens): String {
        secrets.write(REFRESH_TOKEN, tokens.refreshToken)
        val freshUntilMs = SystemClock.elapsedRealtime() + tokens.expiresInSeconds * 1000 - MARGIN_MS
        access = Access(tokens.token, freshUntilMs)
        return tokens.token
    }

    private fun forget() {
        access = null
        secrets.remove(REFRESH_TOKEN)
    }

    /** A screen that closes ends its coroutines, but not a refresh: its answer has to be stored. */
    private suspend fun <T> locked(block: suspend () -> T): T =
        withContext(NonCancellable + Dispatchers.IO) { mutex.withLock { block() } }

    private companion object {
        const val REFRESH_TOKEN = "refresh token"
        const val MARGIN_MS = 60_000L
    }
}
