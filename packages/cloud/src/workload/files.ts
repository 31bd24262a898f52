import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { WorkloadFile } from '@terrace/model'
import { itemsOf, memberOf, readXml } from '../gateway/xml.ts'
import type { AwsCalls, LaunchCall } from './aws-calls.ts'
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
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(source) ?? []
    const fetching: Fetching = { calls, bucket, host: `s3.${region}.amazonaws.com`, need: { kind: 'files', source } }
    const target = inside(root, path, fetching.need)
    if (key !== '' && !key.endsWith('/')) await fetchObject(fetching, key, target)
    else await fetchBelow(fetching, key, target)
  }
}

interface Fetching {
  readonly calls: AwsCalls
  readonly bucket: string
  readonly host: string
  readonly need: LaunchNeed
}

async function fetchBelow(fetching: Fetching, prefix: string, target: string): Promise<void> {
  const keys = await listKeys(fetching, prefix)
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  for (const key of keys) {
    // A key that ends in a slash is what a console leaves behind when it makes a folder.
    if (key.endsWith('/')) continue
    await fetchObject(fetching, key, inside(target, key.slice(prefix.length), fetching.need))
  }
}

async function fetchObject(fetching: Fetching, key: string, target: string): Promise<void> {
  const body = await fetching.calls.open({
    ...callOf(fetching, 'GetObject'),
    path: `/${fetching.bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
  })
  await mkdir(dirname(target), { recursive: true })
  await pipeline(body, createWriteStream(target))
}

async function listKeys(fetching: Fetching, prefix: string): Promise<readonly string[]> {
  const keys: string[] = []
  let token: string | undefined
  do {
    const text = await fetching.calls.text({
      ...callOf(fetching, 'ListObjectsV2'),
      path: `/${fetching.bucket}`,
      query: { 'list-type': '2', prefix, ...(token === undefined ? {} : { 'continuation-token': token }) },
    })
    const result = memberOf(readXml(text), 'ListBucketResult')
    for (const item of itemsOf(memberOf(result, 'Contents'))) keys.push(String(memberOf(item, 'Key')))
    const next = memberOf(result, 'NextContinuationToken')
    token = typeof next === 'string' ? next : undefined
  } while (token !== undefined)
  return keys
}

// Path-style: a certificate for `*.s3` doesn't fit buckets with dots in their names.
const callOf = ({ need, host }: Fetching, operation: string): LaunchCall => ({
  need,
  service: 's3',
  title: 'S3',
  operation,
  host,
  method: 'GET',
})

/** A path below a folder. @throws LaunchFailure when it leads out of it */
function inside(folder: string, path: string, need: LaunchNeed): string {
  const base = resolve(folder)
  const full = resolve(join(base, path))
  if (full === base || full.startsWith(base + sep)) return full
  throw new LaunchFailure(need, { kind: 'unusable', message: `${path} leads out of ${folder}` })
}
