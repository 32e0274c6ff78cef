// What the app asks of Gatehouse: tokens for a ticket, new ones for old ones, who is signed in, the end.
package com.example.gatehouse

import java.io.IOException
import java.net.HttpURLConnection
import java.net.URL
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.json.JSONException
import org.json.JSONObject

class Tokens(val token: String, val expiresInSeconds: Long, val refreshToken: String)

class SignedIn(val uid: String, val name: String, val email: String)

/**
 * Gatehouse said no, by a code such as `invalid_grant`, or gave no answer (`unreachable`).
 *
 * @property isTransient the same question may have a better answer later; nothing is known of the session, so keep it.
 */
class GatehouseException(val code: String, val isTransient: Boolean, cause: Throwable? = null) : IOException(code, cause)

class GatehouseApi(private val url: String) {

    /** Works once, whether it succeeds or not. */
    suspend fun redeem(uid: String, ticket: String, verifier: String): Tokens {
        val deviceProof = JSONObject().put("ticket", ticket).put("verifier", verifier)
        return tokens(post("/native/session/jwt", JSONObject().put("uid", uid).put("deviceProof", deviceProof)))
    }

    /** @throws GatehouseException `invalid_grant` when the session has ended. */
    suspend fun refresh(refreshToken: String): Tokens =
        tokens(post("/native/session/refresh", JSONObject().put("refreshToken", refreshToken)))

    /** May be repeated. */
    suspend fun logout(refreshToken: String) {
        post("/native/session/logout", JSONObject().put("refreshToken", refreshToken))
    }

    /** @throws GatehouseException `unauthenticated` when the token has expired or its session has ended. */
    suspend fun session(token: String): SignedIn {
        val answer = ask("GET", "/session") { setRequestProperty("Authorization", "Bearer $token") }
        return read(answer) { SignedIn(getString("uid"), getString("name"), getString("email")) }
    }

    private fun tokens(answer: String) = read(answer) {
        Tokens(getString("token"), getLong("expiresIn"), getString("refreshToken"))
    }

    private suspend fun post(path: String, body: JSONObject): String = ask("POST", path) {
        doOutput = true
        setRequestProperty("Content-Type", "application/json")
        outputStream.use { it.write(body.toString().toByteArray()) }
    }

    private suspend fun ask(method: String, path: String, prepare: HttpURLConnection.() -> Unit): String =
        withContext(Dispatchers.IO) {
            try {
                val connection = URL(url + path).openConnection() as HttpURLConnection
                connection.requestMethod = method
                // A token goes to Gatehouse, and nowhere else that somebody names.
                connection.instanceFollowRedirects = false
                connection.connectTimeout = TIMEOUT_MS
                connection.readTimeout = TIMEOUT_MS
                connection.prepare()
                val status = connection.responseCode
                if (status in 200..299) {
                    connection.inputStream.bufferedReader().use { it.readText() }
                } else {
                    throw refusal(status, connection.errorStream?.bufferedReader()?.use { it.readText() }.orEmpty())
                }
            } catch (error: GatehouseException) {
                throw error
            } catch (error: IOException) {
                throw GatehouseException("unreachable", isTransient = true, error)
            }
        }

    /** API Gateway's own answers, and those of whatever stands between, are not in Gatehouse's words. */
    private fun refusal(status: Int, text: String): GatehouseException {
        val code = try {
            JSONObject(text).getString("error")
        } catch (_: JSONException) {
            "unexpected_answer"
        }
        return GatehouseException(code, isTransient = status == 429 || status >= 500)
    }

    private fun <T> read(answer: String, parse: JSONObject.() -> T): T = try {
        JSONObject(answer).parse()
    } catch (error: JSONException) {
        throw GatehouseException("unexpected_answer", isTransient = true, error)
    }

    private companion object {
        const val TIMEOUT_MS = 20_000
    }
}
