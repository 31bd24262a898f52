import type { MessageSystemAttributeName, SendMessageCommandInput } from '@aws-sdk/client-sqs'

/**
 * The attribute of a message that carries its trace: AWS's own, not `traceparent` as one of ours. It counts for no limit of
 * the message, stays with it through SQS and to whatever of AWS receives it, and X-Ray joins both sides by it.
 *
 * @see AWS X-Ray Developer Guide, "Amazon SQS and AWS X-Ray"; Amazon SQS API Reference, `MessageSystemAttributes`
 */
export const TRACE_HEADER = 'AWSTraceHeader' satisfies MessageSystemAttributeName

/** As it goes along with a message; nothing without a trace. */
export const withTraceHeader = (
  header: string | undefined,
): Pick<SendMessageCommandInput, 'MessageSystemAttributes'> =>
  header === undefined
    ? {}
    : { MessageSystemAttributes: { [TRACE_HEADER]: { DataType: 'String', StringValue: header } } }
