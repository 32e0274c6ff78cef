// The app's session: keeps the refresh token, hands out access tokens, and refreshes once however many ask.
import Foundation

actor Session {
    private struct Access {
        let token: String
        /// On a clock that nobody can set.
        let freshUntil: ContinuousClock.Instant
    }

    private static let refreshTokenAccount = "refresh token"

    private let api: GatehouseAPI
    private let keychain: Keychain
    private var access: Access?
    private var refreshing: Task<String, any Error>?

    init(api: GatehouseAPI, keychain: Keychain) {
        self.api = api
        self.keychain = keychain
    }

    /// Takes over the tokens of a login.
    func begin(_ tokens: Tokens) throws {
        _ = try keep(tokens)
    }

    /// One that is good for another minute. `invalid_grant` and `unauthenticated`: sign in anew.
    func accessToken() async throws -> String {
        if let access, ContinuousClock.now < access.freshUntil { return access.token }
        return try await refresh()
    }

    /// Another one than `refused`, which an API has refused.
    func accessToken(after refused: String) async throws -> String {
        if let access, access.token != refused { return access.token }
        return try await refresh()
    }

    /// Ends the session here and at WorkOS. When it throws, nothing is forgotten: repeat it.
    func signOut() async throws {
        // Its new token would come after the end.
        _ = try? await refreshing?.value
        if let refreshToken = try keychain.read(Self.refreshTokenAccount) { try await api.logout(refreshToken) }
        try forget()
    }

    /// Whoever asks while one runs gets its outcome: two would spend the same token.
    private func refresh() async throws -> String {
        if let refreshing { return try await refreshing.value }
        // A task of its own: a screen that closes cancels its tasks, but not this one, whose answer has to be stored.
        let task = Task { try await refreshNow() }
        refreshing = task
        defer { refreshing = nil }
        return try await task.value
    }

    private func refreshNow() async throws -> String {
        guard let refreshToken = try keychain.read(Self.refreshTokenAccount) else {
            throw GatehouseError(code: "unauthenticated")
        }
        do {
            return try keep(await ask(refreshToken))
        } catch let error as GatehouseError where error.code == "invalid_grant" {
            // The one answer that ends it. No network, 429 and 503 leave the old token where it is, good as before.
            try forget()
            throw error
        }
    }

    /// A lost answer is given again for 30 seconds; asking with the old token later than that ends the session.
    private func ask(_ refreshToken: String) async throws -> Tokens {
        for wait in [Duration.seconds(1), .seconds(5)] {
            do {
                return try await api.refresh(refreshToken)
            } catch let error as GatehouseError where error.isTransient {
                try await Task.sleep(for: wait)
            }
        }
        return try await api.refresh(refreshToken)
    }

    /// Stores the refresh token before anything uses its sister: a crash in between must not lose it.
    private func keep(_ tokens: Tokens) throws -> String {
        try keychain.write(Self.refreshTokenAccount, tokens.refreshToken)
        access = Access(token: tokens.token, freshUntil: .now + .seconds(tokens.expiresIn - 60))
        return tokens.token
    }

    private func forget() throws {
        access = nil
        try keychain.remove(Self.refreshTokenAccount)
    }
}
