import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { WorkloadFile } from '@terrace/model'
import type { AwsCalls } from './aws-calls.ts'
import { HostBucket } from './bucket.ts'
import { LaunchFailure, type LaunchNeed } from './launch-failure.ts'

/**
 * Fetches the files of a workload from S3. A key that ends in `/` stands for everything below it and is listed first, as
 * `aws s3 sync --delete` does: what was there before is replaced.
 *
 * @param root  the host's folder; `/srv/site` becomes `<root>/srv/site`. differs: only programs that are told so look there
 * @throws LaunchFailure
 */
export async function fetchFiles(
  files: readonly WorkloadFile[],
  root: string,
  calls: AwsCalls,
  region: string,
): Promise<void> {
  for (const { source, path } of files) {
    const [, name = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(source) ?? []
    const need: LaunchNeed = { kind: 'files', source }
    const bucket = new HostBucket(calls, region, name, need)
    const target = inside(root, path, need)
    if (key !== '' && !key.endsWith('/')) await fetchObject(bucket, key, target)
    else await fetchBelow(bucket, key, target, need)
  }
}

async function fetchBelow(bucket: HostBucket, prefix: string, target: string, need: LaunchNeed): Promise<void> {
  const keys = await bucket.list(prefix)
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  for (const key of keys) {
    // A key that ends in a slash is what a console leaves behind when it makes a folder.
    if (key.endsWith('/')) continue
    await fetchObject(bucket, key, inside(target, key.slice(prefix.length), need))
  }
}

async function fetchObject(bucket: HostBucket, key: string, target: string): Promise<void> {
  const body = await bucket.get(key)
  await mkdir(dirname(target), { recursive: true })
  await pipeline(body, createWriteStream(target))
}

/** A path below a folder. @throws LaunchFailure when it leads out of it */
function inside(folder: string, path: string, need: LaunchNeed): string {
  const base = resolve(folder)
  const full = resolve(join(base, path))
  if (full === base || full.startsWith(base + sep)) return full
  throw new LaunchFailure(need, { kind: 'unusable', message: `${path} leads out of ${folder}` })
}
