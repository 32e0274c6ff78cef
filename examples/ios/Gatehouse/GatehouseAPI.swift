// What the app asks of Gatehouse: tokens for a ticket, new ones for old ones, who is signed in, the end.
import Foundation

struct Tokens: Decodable, Sendable {
    let token: String
    /// Seconds.
    let expiresIn: Int
    let refreshToken: String
}

struct SignedIn: Decodable, Sendable {
    let uid: String
    let name: String
    let email: String
}

struct Redemption: Encodable {
    struct DeviceProof: Encodable {
        let ticket: String
        let verifier: String
    }

    let uid: String
    let deviceProof: DeviceProof
}

struct RefreshTokenBody: Encodable {
    let refreshToken: String
}

/// Gatehouse said no, by a code such as `invalid_grant`, or gave no answer (`unreachable`).
struct GatehouseError: Error {
    let code: String
    /// The same question may have a better answer later; nothing is known of the session, so keep it.
    var isTransient = false
}

struct GatehouseAPI: Sendable {
    let issuer: URL

    /// Works once, whether it succeeds or not.
    func redeem(_ login: Login) async throws -> Tokens {
        let deviceProof = Redemption.DeviceProof(ticket: login.ticket, verifier: login.verifier)
        return try decode(await post("native/session/jwt", Redemption(uid: login.uid, deviceProof: deviceProof)))
    }

    /// Throws `invalid_grant` when the session has ended.
    func refresh(_ refreshToken: String) async throws -> Tokens {
        try decode(await post("native/session/refresh", RefreshTokenBody(refreshToken: refreshToken)))
    }

    /// May be repeated.
    func logout(_ refreshToken: String) async throws {
        _ = try await post("native/session/logout", RefreshTokenBody(refreshToken: refreshToken))
    }

    /// Throws `unauthenticated` when the token has expired or its session has ended.
    func session(_ token: String) async throws -> SignedIn {
        var request = URLRequest(url: issuer.appending(path: "session"))
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        return try decode(await ask(request))
    }

    private func post(_ path: String, _ body: some Encodable) async throws -> Data {
        var request = URLRequest(url: issuer.appending(path: path))
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = try JSONEncoder().encode(body)
        return try await ask(request)
    }

    private func ask(_ request: URLRequest) async throws -> Data {
        let answer: (data: Data, response: URLResponse)
        do {
            answer = try await Self.urlSession.data(for: request, delegate: RefuseRedirects())
        } catch {
            throw GatehouseError(code: "unreachable", isTransient: true)
        }
        let status = (answer.response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else { throw refusal(status, answer.data) }
        return answer.data
    }

    /// API Gateway's own answers, and those of whatever stands between, are not in Gatehouse's words.
    private func refusal(_ status: Int, _ data: Data) -> GatehouseError {
        struct Refusal: Decodable { let error: String }
        let code = (try? JSONDecoder().decode(Refusal.self, from: data))?.error ?? "unexpected_answer"
        return GatehouseError(code: code, isTransient: status == 429 || status >= 500)
    }

    private func decode<Answer: Decodable>(_ data: Data) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw GatehouseError(code: "unexpected_answer", isTransient: true)
        }
    }

    /// No cookies, no cache.
    private static let urlSession: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 20
        return URLSession(configuration: configuration)
    }()
}

/// A token goes to Gatehouse, and nowhere else that somebody names.
private final class RefuseRedirects: NSObject, URLSessionTaskDelegate {
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest
    ) async -> URLRequest? {
        nil
    }
}
