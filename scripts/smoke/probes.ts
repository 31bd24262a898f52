import type { Answer, Ask } from './ask.ts'

/** Looks at one thing of a running system. @returns what is wrong with it, or nothing */
export type Probe = (ask: Ask) => Promise<string | undefined>

/** What is looked at beside the page. */
export interface Expected {
  /** Paths that answer 200, such as `/api/v1/items?limit=1`. */
  readonly paths: readonly string[]
  /** A path whose JSON says which version runs, and the version that should. */
  readonly version?: { readonly path: string; readonly is: string }
}

/** The page with its scripts and style sheets, then the paths, then the version. */
export const probesFor = ({ paths, version }: Expected): readonly Probe[] => [
  page,
  ...paths.map(answers),
  ...(version === undefined ? [] : [runs(version.path, version.is)]),
]

const page: Probe = async ask => {
  const answer = await ask('/')
  if (answer.status !== 200) return complaint('/', answer)
  if (!/^text\/html\b/.test(answer.type)) return `/ is ${answer.type || 'of no type'} and not a page`
  const parts = [...answer.body.matchAll(/<(?:script|link)\b[^>]*?\s(?:src|href)="(\/[^"/][^"]*)"/g)].map(
    match => match[1] ?? '',
  )
  for (const part of new Set(parts)) {
    const found = await ask(part)
    if (found.status !== 200) return complaint(part, found)
  }
  return undefined
}

const answers =
  (path: string): Probe =>
  async ask => {
    const answer = await ask(path)
    return answer.status === 200 ? undefined : complaint(path, answer)
  }

const runs =
  (path: string, version: string): Probe =>
  async ask => {
    const answer = await ask(path)
    if (answer.status !== 200) return complaint(path, answer)
    const running = versionIn(answer.body)
    return running === version ? undefined : `${path} says version ${running ?? 'nothing'}, not ${version}`
  }

const complaint = (path: string, { status, problem }: Answer) =>
  `${path} ${problem === undefined ? `answers ${status}` : `does not answer: ${problem}`}`

function versionIn(body: string): string | undefined {
  try {
    const { version } = JSON.parse(body) as { readonly version?: unknown }
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}
