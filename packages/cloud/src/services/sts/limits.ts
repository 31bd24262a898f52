import { type Duration, hours, minutes } from '@terrace/kit'

// Source: STS API Reference "AssumeRole", "GetSessionToken".

export const SHORTEST_SESSION: Duration = minutes(15)

/** Also the most that role chaining gives, and the most of a role (`MaxSessionDuration`) when its template says nothing. */
export const ROLE_SESSION: Duration = hours(1)

/** `DurationSeconds` may not say more, whatever the role allows. */
export const LONGEST_ROLE_SESSION: Duration = hours(12)

export const TOKEN_SESSION: Duration = hours(12)
export const LONGEST_TOKEN_SESSION: Duration = hours(36)

/** Characters of a session policy. */
export const LONGEST_POLICY = 2_048

/** Managed session policies. */
export const MOST_POLICY_ARNS = 10
