import { createWriteStream } from 'node:fs'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { messageOf, TerraceError } from '@terrace/kit'

/** Largest model, bytes: it stands in the memory of each worker. */
const MAX_MODEL_BYTES = 256 * 1024 * 1024
const LOCATION = /^s3:\/\/([^/]+)\/(.+)$/

/** A model on this machine. */
export interface ModelFile {
  /** Absolute. */
  readonly path: string
  /** Removes what was copied. */
  remove(): Promise<void>
}

/**
 * A file on this machine for a model: the path itself, or the object of S3 copied to the temporary folder.
 *
 * @param location  absolute path, or `s3://bucket/key`
 * @throws TerraceError `CUTOUT_NO_MODEL` when it is not there, may not be read, or is larger than 256 MiB
 */
export async function fetchModel(location: string, signal: AbortSignal): Promise<ModelFile> {
  const [, bucket, key] = LOCATION.exec(location) ?? []
  try {
    if (bucket !== undefined && key !== undefined) return await download(bucket, key, signal)
    await access(location)
    return { path: location, remove: async () => {} }
  } catch (error) {
    throw new TerraceError('CUTOUT_NO_MODEL', `the model ${location} can't be read: ${describe(error)}`, {
      hint: 'Set CUTOUT_MODEL to an ONNX file that this process may read, or leave it out to work with GrabCut',
      cause: error,
    })
  }
}

async function download(bucket: string, key: string, signal: AbortSignal): Promise<ModelFile> {
  // Loaded by those alone whose model is there: it is the largest part of the whole program.
  const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3')
  const client = new S3Client({ maxAttempts: 3 })
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal })
    if (!(Body instanceof Readable)) throw new Error('its content can not be read as a stream')
    const file = join(await mkdtemp(join(tmpdir(), 'cutout-model-')), 'model.onnx')
    await pipeline(Body, atMost(MAX_MODEL_BYTES), createWriteStream(file), { signal })
    return { path: file, remove: () => rm(dirname(file), { recursive: true, force: true }) }
  } finally {
    client.destroy()
  }
}

/** S3's errors have their code for a name, and not always a message. */
const describe = (error: unknown): string =>
  error instanceof Error && error.name !== 'Error' ? `${error.name}, ${error.message}` : messageOf(error)

function atMost(limit: number): Transform {
  let length = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length
      done(length > limit ? new Error(`it is larger than ${limit / 1024 / 1024} MiB`) : null, chunk)
    },
  })
}
