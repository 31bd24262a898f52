/** What spans say of a queue. @see OpenTelemetry, "Semantic conventions for AWS SQS" */
export const queueAttributes = (url: string) =>
  ({
    'messaging.system': 'aws_sqs',
    'messaging.destination.name': queueName(url),
    'aws.sqs.queue.url': url,
  }) as const

/** The last part of its URL. */
export const queueName = (url: string): string => url.slice(url.lastIndexOf('/') + 1)
