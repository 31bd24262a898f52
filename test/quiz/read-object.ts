import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { fromInstanceMetadata } from '@smithy/credential-provider-imds'

// Run where a workload is, with its role: `node read-object.ts <bucket> <key> [<text>]` writes the text, when there is
// one, and prints what it reads, or the name of the error.
const [Bucket, Key, Body] = process.argv.slice(2)
// The SDK's own second is short for a machine that starts whole systems at the same time.
const credentials = fromInstanceMetadata({ timeout: 20_000, maxRetries: 0 })
const s3 = new S3Client({ region: 'us-east-1', maxAttempts: 1, credentials })
try {
  if (Body !== undefined) await s3.send(new PutObjectCommand({ Bucket, Key, Body }))
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key }))
  console.log(await answer.Body?.transformToString())
} catch (error) {
  console.log(error instanceof Error ? error.name : String(error))
}
