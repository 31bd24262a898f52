import { hours, minutes, seconds } from '@terrace/kit'

/** What a container runtime grants between SIGTERM and SIGKILL: `--stop-timeout 30` of the script that starts workloads. */
export const STOP_GRACE = seconds(30)

/** Terminated instances can be described that long. @see EC2 User Guide, "Instance lifecycle" */
export const TERMINATED_VISIBLE = hours(1)

/** Status checks run every minute; until the first ones an instance is `initializing`. */
export const FIRST_STATUS_CHECK = minutes(1)

/** Largest page of the Describe operations. @see EC2 API Reference, "DescribeInstances" */
export const LARGEST_PAGE = 1000

/** Smallest page of most of them. @see EC2 API Reference, "DescribeInstances": between 5 and 1000 */
export const SMALLEST_PAGE = 5

/** Of the console output that is kept, in bytes. @see EC2 API Reference, "GetConsoleOutput": the last 64 KB */
export const CONSOLE_BYTES = 64 * 1024
