// A login in the system's browser (RFC 8252) with PKCE (RFC 7636): how it begins, and what may end it.
import AuthenticationServices
import CryptoKit
import UIKit

/// Good for one redemption within two minutes.
struct Login: Sendable {
    let uid: String
    /// Came by the browser: whoever has seen it has nothing without the verifier.
    let ticket: String
    /// Has never left this app.
    let verifier: String
}

@MainActor
final class SignIn: NSObject {
    static let clientID = "gatehouse-native"
    static let customScheme = URL(string: "yourappscheme://login/success")!
    /// Needs iOS 17.4, the entitlement and a host of yours. No other app can claim it.
    static let universalLink = URL(string: "https://auth.example.com/app/gatehouse-native/success")!
    /// One of the two, registered in lib/stages.ts.
    static let redirectURI = customScheme

    private let issuer: URL
    /// Held until it ends: the system does not.
    private var browser: ASWebAuthenticationSession?

    init(issuer: URL) {
        self.issuer = issuer
    }

    /// Throws `ASWebAuthenticationSessionError.canceledLogin`, or `GatehouseError` with Gatehouse's code.
    func start() async throws -> Login {
        let state = random()
        let verifier = random()
        let redirect = try await open(loginURL(state: state, verifier: verifier))
        return try login(from: redirect, state: state, verifier: verifier)
    }

    private func loginURL(state: String, verifier: String) -> URL {
        let challenge = base64URL(Data(SHA256.hash(data: Data(verifier.utf8))))
        return issuer.appending(path: "login").appending(queryItems: [
            URLQueryItem(name: "origin", value: "native"),
            URLQueryItem(name: "client_id", value: Self.clientID),
            URLQueryItem(name: "redirect_uri", value: Self.redirectURI.absoluteString),
            URLQueryItem(name: "state", value: state),
            URLQueryItem(name: "code_challenge", value: challenge),
            URLQueryItem(name: "code_challenge_method", value: "S256"),
        ])
    }

    /// The session gives its redirect to this app alone, and to nobody when this app has not asked.
    private func open(_ url: URL) async throws -> URL {
        defer { browser = nil }
        return try await withCheckedThrowingContinuation { continuation in
            // Sendable: the system may call it on any thread.
            let end: @Sendable (URL?, (any Error)?) -> Void = { redirect, error in
                if let redirect {
                    continuation.resume(returning: redirect)
                } else {
                    continuation.resume(throwing: error ?? ASWebAuthenticationSessionError(.canceledLogin))
                }
            }
            let browser = webSession(url, end)
            browser.presentationContextProvider = self
            self.browser = browser
            browser.start()
        }
    }

    private func webSession(
        _ url: URL,
        _ end: @escaping @Sendable (URL?, (any Error)?) -> Void
    ) -> ASWebAuthenticationSession {
        if #available(iOS 17.4, *), Self.redirectURI == Self.universalLink {
            let link = ASWebAuthenticationSession.Callback.https(
                host: Self.universalLink.host()!,
                path: Self.universalLink.path()
            )
            return ASWebAuthenticationSession(url: url, callback: link, completionHandler: end)
        }
        return ASWebAuthenticationSession(
            url: url,
            callbackURLScheme: Self.customScheme.scheme,
            completionHandler: end
        )
    }

    private func login(from redirect: URL, state: String, verifier: String) throws -> Login {
        let expected = Self.redirectURI
        let items = URLComponents(url: redirect, resolvingAgainstBaseURL: false)?.queryItems ?? []
        // One given twice is none.
        func only(_ name: String) -> String? {
            let values = items.filter { $0.name == name }
            return values.count == 1 ? values[0].value : nil
        }
        guard redirect.scheme == expected.scheme, redirect.host() == expected.host(), redirect.path() == expected.path(),
            isEqual(only("state"), state), isEqual(only("iss"), issuer.absoluteString)
        else { throw GatehouseError(code: "state_mismatch") }
        guard only("ok") == "1", let uid = only("uid"), let ticket = only("ticket") else {
            throw GatehouseError(code: only("error") ?? "auth_failed")
        }
        return Login(uid: uid, ticket: ticket, verifier: verifier)
    }

    /// In constant time, which CryptoKit's digests are compared in.
    private func isEqual(_ given: String?, _ expected: String) -> Bool {
        guard let given else { return false }
        return SHA256.hash(data: Data(given.utf8)) == SHA256.hash(data: Data(expected.utf8))
    }

    /// 256 bits of the system's generator.
    private func random() -> String {
        base64URL(SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) })
    }

    private func base64URL(_ data: Data) -> String {
        data.base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}

extension SignIn: ASWebAuthenticationPresentationContextProviding {
    func presentationAnchor(for session: ASWebAuthenticationSession) -> ASPresentationAnchor {
        let scenes = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }
        return scenes.first { $0.activationState == .foregroundActive }?.keyWindow ?? ASPresentationAnchor()
    }
}
