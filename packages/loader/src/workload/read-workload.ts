import { messageOf, type Place } from '@terrace/kit'
import type { Workload, WorkloadProcess } from '@terrace/model'
import type { ZodError } from 'zod'
import { type AssetIndex, containerImage } from '../assembly/asset-index.ts'
import { loadError } from '../errors.ts'
import { Document, type DocumentProcess, processSchema } from './document.ts'

const HEREDOC =
  /^[ \t]*cat > \/etc\/terrace\/workload\.json <<'TERRACE_WORKLOAD'\r?\n([\s\S]*?)\r?\nTERRACE_WORKLOAD\r?$/m

/** The JSON document that user data writes to `/etc/terrace/workload.json`, as text; nothing when it writes none. */
export const workloadText = (userData: string): string | undefined => HEREDOC.exec(userData)?.[1]

/**
 * Reads the workload document.
 *
 * @param document  JSON text, or the same as a value
 * @param place  the resource it belongs to
 * @throws TerraceError LOAD_BAD_WORKLOAD naming the path in the document
 */
export function readWorkload(document: unknown, assets: AssetIndex, place: Place): Workload {
  const outer = Document.safeParse(typeof document === 'string' ? parsed(document, place) : document)
  if (!outer.success) throw invalid(outer.error, [], place)
  const processes = Object.entries(outer.data.processes).map(([name, process]): WorkloadProcess => {
    const read = processSchema(process).safeParse(process)
    if (!read.success) throw invalid(read.error, ['processes', name], place)
    return processOf(name, read.data, assets)
  })
  return { processes }
}

function processOf(name: string, process: DocumentProcess, assets: AssetIndex): WorkloadProcess {
  if ('postgres' in process) {
    const { backups, ...settings } = process.postgres
    const { port } = process
    const dumps = backups && { target: backups.s3, schedule: backups.schedule, keep: backups.keep }
    return { kind: 'postgres', name, ...settings, port, ...(dumps && { backups: dumps }), files: [], restart: 'always' }
  }
  const files = process.files.map(({ s3, path }) => ({ source: s3, path }))
  const { restart } = process
  if ('nginx' in process) {
    return { kind: 'nginx', name, configuration: process.nginx, port: process.port, files, restart }
  }
  const { environment, secrets, port } = process
  const image = containerImage(process.image, assets)
  return { kind: 'image', name, image, ...(port === undefined ? {} : { port }), environment, secrets, files, restart }
}

function parsed(text: string, place: Place): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw loadError('LOAD_BAD_WORKLOAD', `the workload document is no JSON: ${messageOf(cause)}`, place, HINT, cause)
  }
}

function invalid(error: ZodError, prefix: readonly string[], place: Place) {
  const issue = error.issues[0]
  const path = [...prefix, ...(issue?.path ?? [])].join('.') || 'the document'
  const message = `workload document, ${path}: ${lowerFirst(issue?.message ?? 'wrong shape')}`
  return loadError('LOAD_BAD_WORKLOAD', message, place, HINT, error)
}

const HINT =
  'a process has "image", "nginx" or "postgres", and "port", "environment", "secrets", "files", "restart" as it needs them'

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
