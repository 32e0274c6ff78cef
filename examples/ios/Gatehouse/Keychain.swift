// Secrets on this device: readable once it has been unlocked after a start, in no backup, on no other device.
import Foundation
import Security

struct KeychainError: Error {
    let status: OSStatus
}

struct Keychain: Sendable {
    let service: String

    /// Throws where it cannot be told, as before the first unlock: that is not "there is none".
    func read(_ account: String) throws -> String? {
        let question = itemQuery(account).merging([kSecReturnData: true]) { _, new in new }
        var item: CFTypeRef?
        let status = SecItemCopyMatching(question as CFDictionary, &item)
        if status == errSecItemNotFound { return nil }
        guard status == errSecSuccess, let data = item as? Data else { throw KeychainError(status: status) }
        return String(data: data, encoding: .utf8)
    }

    func write(_ account: String, _ value: String) throws {
        let attributes: [CFString: Any] = [
            kSecValueData: Data(value.utf8),
            kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
        ]
        var status = SecItemUpdate(itemQuery(account) as CFDictionary, attributes as CFDictionary)
        if status == errSecItemNotFound {
            let item = itemQuery(account).merging(attributes) { _, new in new }
            status = SecItemAdd(item as CFDictionary, nil)
        }
        guard status == errSecSuccess else { throw KeychainError(status: status) }
    }

    func remove(_ account: String) throws {
        let status = SecItemDelete(itemQuery(account) as CFDictionary)
        guard status == errSecSuccess || status == errSecItemNotFound else { throw KeychainError(status: status) }
    }

    private func itemQuery(_ account: String) -> [CFString: Any] {
        [kSecClass: kSecClassGenericPassword, kSecAttrService: service, kSecAttrAccount: account]
    }
}
