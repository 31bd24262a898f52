import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type BucketDeployment, getNode, nodesOf } from '@terrace/model'
import mime from 'mime'
import type { World } from '../../world.ts'
import { filesOf, type SourceFile } from './deployment-source.ts'
import { fileFilter } from './filters.ts'
import { KEPT_HEADERS } from './metadata.ts'
import { etagOf, type ObjectOptions, type Objects } from './objects.ts'

/**
 * Carries out the template's bucket deployments, one after the other in the model's order: copies the files of all
 * sources, those of later ones in place of earlier ones, with their content types and metadata, and with `prune` removes
 * what no source has. What is there unchanged isn't written again.
 *
 * @throws TerraceError S3_DEPLOYMENT_SOURCE
 * @see AWS CDK "aws-s3-deployment". differs: decides by content what is unchanged, where `aws s3 sync` looks at size and time
 */
export async function carryOutDeployments(world: World, objects: Objects): Promise<void> {
  for (const deployment of nodesOf(world.architecture, 'bucketDeployment')) {
    const bucket = getNode(world.architecture, deployment.destination, 'bucket').name
    const scratch = join(world.folders.data, 's3', '.deployment')
    rmSync(scratch, { recursive: true, force: true })
    try {
      const files = await plan(deployment, scratch)
      const done = await synchronize(deployment, bucket, files, objects)
      report(world, deployment, bucket, done)
    } finally {
      rmSync(scratch, { recursive: true, force: true })
    }
  }
}

/** The files by their path; later sources win. */
async function plan(deployment: BucketDeployment, scratch: string): Promise<ReadonlyMap<string, SourceFile>> {
  const passes = fileFilter(deployment.exclude, deployment.include)
  const files = new Map<string, SourceFile>()
  for (const [index, source] of deployment.sources.entries()) {
    const folder = join(scratch, String(index))
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const surroundings = { scratch: folder, extract: deployment.extract, place: deployment.origin.place }
    for (const file of await filesOf(source, surroundings)) {
      if (passes(file.path)) files.set(file.path, file)
    }
  }
  return files
}

interface Done {
  readonly written: number
  readonly unchanged: number
  readonly removed: number
}

async function synchronize(
  deployment: BucketDeployment,
  bucket: string,
  files: ReadonlyMap<string, SourceFile>,
  objects: Objects,
): Promise<Done> {
  const prefix = deployment.destinationPrefix.replace(/^\/+|\/+$/g, '')
  const below = prefix === '' ? '' : `${prefix}/`
  const present = new Map((await objects.list(bucket, below)).map(object => [object.key, object]))
  let written = 0
  for (const [path, file] of files) {
    const key = below + path
    const options = describe(path, deployment.metadata)
    const there = present.get(key)
    const same =
      there &&
      isDeepStrictEqual({ headers: there.headers, metadata: there.metadata }, options) &&
      there.etag === (await etagOf(await file.open()))
    if (same) continue
    await objects.put(bucket, key, await file.open(), options)
    written++
  }
  const unwanted = deployment.prune ? unwantedKeys([...present.keys()], below, files, deployment) : []
  for (const key of unwanted) await objects.remove(bucket, key)
  return { written, unchanged: files.size - written, removed: unwanted.length }
}

function unwantedKeys(
  keys: readonly string[],
  below: string,
  files: ReadonlyMap<string, SourceFile>,
  deployment: BucketDeployment,
): readonly string[] {
  const passes = fileFilter(deployment.exclude, deployment.include)
  return keys.filter(key => {
    const path = key.slice(below.length)
    return !files.has(path) && passes(path)
  })
}

const SYSTEM_HEADERS: ReadonlySet<string> = new Set(KEPT_HEADERS)

/** Content type by name, then what the deployment says: header fields as such, anything else as user metadata. */
function describe(path: string, metadata: Readonly<Record<string, string>>): Required<ObjectOptions> {
  const headers: Record<string, string> = { 'content-type': mime.getType(path) ?? 'binary/octet-stream' }
  const user: Record<string, string> = {}
  for (const [name, value] of Object.entries(metadata)) {
    const lower = name.toLowerCase()
    if (SYSTEM_HEADERS.has(lower)) headers[lower] = value
    else user[lower.replace(/^x-amz-meta-/, '')] = value
  }
  return { headers, metadata: user }
}

function report(world: World, deployment: BucketDeployment, bucket: string, done: Done): void {
  const { distribution, invalidationPaths } = deployment
  world.journal.write({
    kind: 's3.deployed',
    node: deployment.id,
    message: `${bucket}: ${done.written} files written, ${done.unchanged} unchanged, ${done.removed} removed`,
    details: { bucket, ...done, ...(distribution ? { distribution, invalidationPaths } : {}) },
  })
}
