// One screen: who is signed in, and the ways in and out.
import AuthenticationServices
import SwiftUI

@main
struct GatehouseApp: App {
    @StateObject private var account = Account()

    var body: some Scene {
        WindowGroup {
            VStack(spacing: 16) {
                Text(account.sentence)
                Button("Sign in") { Task { await account.signIn() } }
                Button("Sign out") { Task { await account.signOut() } }
            }
            .task { await account.show() }
        }
    }
}

@MainActor
final class Account: ObservableObject {
    @Published private(set) var sentence = ""

    private let api: GatehouseAPI
    private let session: Session
    private let browser: SignIn

    init() {
        let issuer = URL(string: Bundle.main.object(forInfoDictionaryKey: "GatehouseURL") as! String)!
        api = GatehouseAPI(issuer: issuer)
        session = Session(api: api, keychain: Keychain(service: "gatehouse"))
        browser = SignIn(issuer: issuer)
    }

    func signIn() async {
        await say {
            try await session.begin(api.redeem(browser.start()))
            return try await who()
        }
    }

    func signOut() async {
        await say {
            try await session.signOut()
            return "Signed out."
        }
    }

    func show() async {
        await say { try await who() }
    }

    /// As an app asks its own backend: with a token that is fresh, and once more with a new one if it was refused.
    private func who() async throws -> String {
        let token = try await session.accessToken()
        let signedIn: SignedIn
        do {
            signedIn = try await api.session(token)
        } catch let error as GatehouseError where error.code == "unauthenticated" {
            signedIn = try await api.session(session.accessToken(after: token))
        }
        return "Signed in as \(signedIn.name) <\(signedIn.email)>."
    }

    private func say(_ work: @MainActor () async throws -> String) async {
        do {
            sentence = try await work()
        } catch let error as GatehouseError {
            sentence = reason(error.code)
        } catch ASWebAuthenticationSessionError.canceledLogin {
            sentence = reason("access_denied")
        } catch {
            sentence = reason("unexpected")
        }
    }

    private func reason(_ code: String) -> String {
        switch code {
        case "access_denied": "The sign-in was cancelled."
        case "invalid_grant", "unauthenticated": "Nobody is signed in."
        case "temporarily_unavailable", "unreachable": "Gatehouse does not answer. Try again in a minute."
        case "user_disabled", "no_jwt": "This account is switched off."
        default: "That did not work (\(code)). Try again."
        }
    }
}
