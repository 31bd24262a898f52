import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'

// Run where a workload is: what its role may read. `node read-object.ts <bucket> <key>` prints the text, or the error's name.
const [Bucket, Key] = process.argv.slice(2)
const s3 = new S3Client({ region: 'us-east-1', maxAttempts: 1 })
try {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
  console.log(await Body?.transformToString())
} catch (error) {
  console.log(error instanceof Error ? error.name : String(error))
}
