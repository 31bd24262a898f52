// Source where no other is named: AWS KMS Developer Guide "Quotas", API Reference of the operation.

/** Largest plaintext of Encrypt under a symmetric key, bytes. API Reference "Encrypt". */
export const LARGEST_PLAINTEXT_BYTES = 4096

/** Largest ciphertext, signature or code, bytes. API Reference "Decrypt". */
export const LARGEST_CIPHERTEXT_BYTES = 6144

/** Most random bytes of one call. API Reference "GenerateRandom", "GenerateDataKey". */
export const MOST_RANDOM_BYTES = 1024

/** Longest key policy, characters. "Resource quotas". */
export const LONGEST_POLICY = 32_768

/** Most aliases of a key. "Resource quotas". */
export const MOST_ALIASES = 50

/** Most grants of a key. "Resource quotas". */
export const MOST_GRANTS = 50_000

/** Most tags of a key. */
export const MOST_TAGS = 50

/** Most rotations on demand of a key. "Resource quotas". */
export const MOST_ROTATIONS_ON_DEMAND = 25

/** Days that a key waits for its deletion. API Reference "ScheduleKeyDeletion". */
export const DELETION_DAYS = { least: 7, most: 30, otherwise: 30 }

/** Days between two automatic rotations. API Reference "EnableKeyRotation". */
export const ROTATION_DAYS = { least: 90, most: 2560, otherwise: 365 }

/** Most entries on a page, and how many there are when the caller doesn't say. API Reference "ListKeys". */
export const LARGEST_PAGE = 1000
export const USUAL_PAGE = 100
