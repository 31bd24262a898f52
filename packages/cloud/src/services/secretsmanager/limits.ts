/** Largest secret value, bytes of UTF-8. Secrets Manager User Guide "Quotas". */
export const LARGEST_VALUE_BYTES = 65_536

/** Most versions of a secret; those without a stage go first. Secrets Manager User Guide "Quotas". */
export const MOST_VERSIONS = 100

/** Most entries on a page of ListSecrets. Secrets Manager API Reference "ListSecrets". */
export const LARGEST_PAGE = 100

/** Most secrets in one BatchGetSecretValue. Secrets Manager API Reference "BatchGetSecretValue". */
export const LARGEST_BATCH = 20
