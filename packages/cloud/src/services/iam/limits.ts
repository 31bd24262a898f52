// Source: IAM API Reference "ListRoles", "SimulatePrincipalPolicy".

/** Items of a page when the caller says nothing, and the most of one. */
export const DEFAULT_PAGE = 100
export const LARGEST_PAGE = 1_000

/** Seconds; of a role whose template says nothing. */
export const MAX_SESSION_SECONDS = 3_600
