import { spawn } from 'node:child_process'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lintSource } from '@secretlint/core'
import { creator } from '@secretlint/secretlint-rule-preset-recommend'
import type { Finding } from './finding.ts'

const CONFIG = {
  rules: [
    {
      id: '@secretlint/secretlint-rule-preset-recommend',
      rule: creator,
      rules: [
        {
          id: '@secretlint/secretlint-rule-aws',
          // The ids of keys, too; those of AWS's own documentation are nobody's.
          options: { enableIDScanRule: true, allows: ['/A[KS]IA[A-Z0-9]*EXAMPLE/'] },
        },
      ],
    },
  ],
}
/** The number of an account is no secret: it is in every ARN. */
const NO_SECRETS: ReadonlySet<string> = new Set(['AWSAccountID'])
/** What is larger is data; secrets are found in text. */
const LARGEST_BYTES = 2_000_000

/** A text in which secrets are looked for. */
interface Source {
  /** Path in the project. */
  readonly path: string
  /** Commit that added it; absent for the tree as it is. */
  readonly commit?: string
  readonly text: string
}

/**
 * Secrets in the files that git knows or would take up, and in every line that a commit has added: what was removed again
 * is still in every clone. No part of a secret is in what is returned.
 *
 * @param root     top of a git working copy
 * @param history  whether to read the commits, too
 */
export async function secretsIn(root: string, history: boolean): Promise<readonly Finding[]> {
  const sources = [...(await treeOf(root)), ...(history ? await historyOf(root) : [])]
  const found: Finding[] = []
  for (const source of sources) found.push(...(await secretsOf(source)))
  return found
}

/** Whether git has all commits here; a shallow clone has not. */
export const hasHistory = async (root: string): Promise<boolean> =>
  (await git(root, ['rev-parse', '--is-shallow-repository'])).trim() === 'false'

async function secretsOf({ path, commit, text }: Source): Promise<readonly Finding[]> {
  const { messages } = await lintSource({
    source: { filePath: path, content: text, contentType: 'text', ext: path.slice(path.lastIndexOf('.')) },
    options: { config: CONFIG, maskSecrets: true },
  })
  const secrets = messages.filter(({ messageId }) => !NO_SECRETS.has(messageId))
  return secrets.map(({ ruleId, messageId, loc }): Finding => {
    const rule = ruleId.replace(/^.*secretlint-rule-/, '')
    const where = commit === undefined ? `${path}:${loc.start.line}` : `${path} in commit ${commit.slice(0, 12)}`
    return { kind: 'secret', subject: path, detail: `${rule} ${messageId}`, message: `${where}: ${rule}, ${messageId}` }
  })
}

async function treeOf(root: string): Promise<readonly Source[]> {
  const paths = (await git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])).split('\0')
  const sources = await Promise.all(
    [...new Set(paths)].filter(Boolean).map(async path => {
      const file = join(root, path)
      // Git knows a file that was deleted until that is committed.
      const stat = await lstat(file).catch(() => undefined)
      if (!stat?.isFile() || stat.size > LARGEST_BYTES) return []
      const bytes = await readFile(file)
      return bytes.includes(0) ? [] : [{ path, text: bytes.toString() }]
    }),
  )
  return sources.flat()
}

async function historyOf(root: string): Promise<readonly Source[]> {
  const format = [
    '--format=%x00%H',
    '--unified=0',
    '--no-color',
    '--no-ext-diff',
    '--no-renames',
    '--diff-merges=first-parent',
  ]
  const log = await git(root, ['-c', 'core.quotePath=false', 'log', '--all', '--patch', ...format])
  return log.split('\0').filter(Boolean).flatMap(addedBy)
}

/** What one commit has added, file by file. @param patch  its hash, and on the lines after it its differences */
export function addedBy(patch: string): readonly Source[] {
  const [commit = '', ...files] = patch.split(/\n(?=diff --git )/)
  return files.flatMap(file => {
    const path = /^\+\+\+ b\/(.+?)\t?$/m.exec(file)?.[1]
    if (path === undefined || file.length > LARGEST_BYTES) return []
    const lines = file.split('\n').filter(line => line.startsWith('+') && !line.startsWith('+++ '))
    return [{ path, commit: commit.trim(), text: lines.map(line => line.slice(1)).join('\n') }]
  })
}

async function git(root: string, words: readonly string[]): Promise<string> {
  const child = spawn('git', words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  let errors = ''
  child.stdout.on('data', chunk => out.push(chunk))
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`git ${words[0]} failed in ${root}: ${errors.trim()}`)
  return Buffer.concat(out).toString()
}
