/** Largest secret value, bytes of UTF-8. Secrets Manager User Guide "Quotas". */
export const LARGEST_VALUE_BYTES = 65_536

/** Most versions of a secret; those without a stage go first. Secrets Manager User Guide "Quotas". */
export const MOST_VERSIONS = 100

/** Most stages of all versions of a secret. Secrets Manager User Guide "Quotas". */
export const MOST_STAGES = 20

/** Most tags of a secret. API Reference "TagResource". */
export const MOST_TAGS = 50

/** Most entries on a page of ListSecrets. Secrets Manager API Reference "ListSecrets". */
export const LARGEST_PAGE = 100

/** Most secrets in one BatchGetSecretValue. Secrets Manager API Reference "BatchGetSecretValue". */
export const LARGEST_BATCH = 20

/** Longest resource policy, characters. Secrets Manager User Guide "Quotas". */
export const LONGEST_POLICY = 20_480

/** Days in which a deleted secret can be restored. API Reference "DeleteSecret". */
export const RECOVERY_DAYS = { least: 7, most: 30, otherwise: 30 }

/** Longest random password, and how long it is when nobody says. API Reference "GetRandomPassword". */
export const LONGEST_PASSWORD = 4096
export const USUAL_PASSWORD = 32
