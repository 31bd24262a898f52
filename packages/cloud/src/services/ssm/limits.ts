import { type Duration, seconds } from '@terrace/kit'

/** Largest value by tier, bytes of UTF-8. Systems Manager User Guide "Managing parameter tiers". */
export const LARGEST_VALUE_BYTES = { Standard: 4096, Advanced: 8192, 'Intelligent-Tiering': 8192 } as const

/** Longest name without the ARN's front. Systems Manager API Reference "PutParameter". */
export const LONGEST_NAME = 1011

/** Most levels of a name. Systems Manager API Reference "PutParameter". */
export const MOST_LEVELS = 15

/** Versions that are kept. Systems Manager User Guide "Working with parameter versions". */
export const MOST_VERSIONS = 100

/** Most labels of one version. Systems Manager User Guide "Working with parameter labels". */
export const MOST_LABELS = 10

/** Longest label, characters. Systems Manager API Reference "LabelParameterVersion". */
export const LONGEST_LABEL = 100

/** Most tags of a parameter. Systems Manager API Reference "AddTagsToResource". */
export const MOST_TAGS = 50

/** Most names in one call. Systems Manager API Reference "GetParameters", "DeleteParameters". */
export const MOST_NAMES = 10

/** Most entries on a page. Systems Manager API Reference "GetParametersByPath". */
export const LARGEST_PATH_PAGE = 10

/** Most entries on a page. Systems Manager API Reference "DescribeParameters", "GetParameterHistory", "ListCommands". */
export const LARGEST_PAGE = 50

/** Most instances that one command may name. Systems Manager API Reference "SendCommand". */
export const MOST_INSTANCES = 50

/** Characters of output that GetCommandInvocation gives. Systems Manager API Reference "GetCommandInvocation". */
export const LONGEST_OUTPUT = 24_000

/** Characters of error output that GetCommandInvocation gives. Systems Manager API Reference "GetCommandInvocation". */
export const LONGEST_ERROR = 8000

/** Characters of output that ListCommandInvocations gives. Systems Manager API Reference "CommandPlugin". */
export const LONGEST_PLUGIN_OUTPUT = 2500

/** How long a command waits for an agent that does not answer. Systems Manager API Reference "SendCommand". */
export const DELIVERY_TIMEOUT: Duration = seconds(3600)

/** How long a script may run. Systems Manager User Guide "AWS-RunShellScript", `executionTimeout`. */
export const EXECUTION_TIMEOUT: Duration = seconds(3600)

/** What a script gets between being asked to end and being killed. */
export const SCRIPT_GRACE: Duration = seconds(5)

/** How long the token of a session is good for. Systems Manager User Guide "Start a session". */
export const TOKEN_LIFETIME: Duration = seconds(60)

/** Days that an ended session is listed. Systems Manager API Reference "DescribeSessions". */
export const SESSION_HISTORY_DAYS = 30
