import { minutes } from '@terrace/kit'

/** Longest UniqueId of a signal. @see CloudFormation API Reference, "SignalResource" */
export const UNIQUE_ID = { least: 1, most: 64 } as const

/** How many resources are told at once. @see CloudFormation API Reference, "DescribeStackResources", "ListStackResources" */
export const RESOURCES_PAGE = 100

/**
 * How long, in time of the machine, a creation is waited for at least: processes don't start faster because the control
 * loops run faster. AWS knows no such thing.
 */
export const PATIENCE = minutes(2)
