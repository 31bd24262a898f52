import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addedBy, hasHistory, secretsIn } from './secrets.ts'

/** Put together here, so that the scan of this file finds none. */
const KEY_ID = ['AKIA', 'Q3EGRIABCDWX', 'XXYZ'].join('')
const TOKEN = ['ghp', `${'aB3'.repeat(12)}`].join('_')

const root = mkdtempSync(join(tmpdir(), 'secrets-'))
const git = (...words: readonly string[]) => {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
  const { status, stderr } = spawnSync('git', [...identity, ...words], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

beforeAll(() => {
  git('init', '--quiet')
  writeFileSync(join(root, '.gitignore'), 'ignored.ts\n')
  writeFileSync(join(root, 'gone.ts'), `const token = '${TOKEN}'\n`)
  writeFileSync(join(root, 'good.ts'), 'export const answer = 42\n')
  git('add', '.')
  git('commit', '--quiet', '-m', 'one')
  git('rm', '--quiet', 'gone.ts')
  git('commit', '--quiet', '-m', 'two')
  writeFileSync(join(root, 'new.ts'), `// a comment\nconst id = '${KEY_ID}'\n`)
  writeFileSync(join(root, 'ignored.ts'), `const id = '${KEY_ID}'\n`)
})
afterAll(() => rmSync(root, { recursive: true }))

describe('secrets', () => {
  it('I-13: are found in the tree, also where nothing is committed yet, and not where git looks away', async () => {
    const found = await secretsIn(root, false)
    expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(/^new\.ts:2: aws, /)])
  })

  it('I-13: are found in the history, though they were removed', async () => {
    const messages = (await secretsIn(root, true)).map(({ message }) => message)
    expect(messages).toHaveLength(2)
    expect(messages[1]).toMatch(/^gone\.ts in commit [0-9a-f]{12}: github, /)
    expect(await hasHistory(root)).toBe(true)
  })

  it('are not shown', async () => {
    const text = JSON.stringify(await secretsIn(root, true))
    expect(text).not.toContain(KEY_ID)
    expect(text).not.toContain(TOKEN)
  })
})

describe('what a commit has added', () => {
  it('is its lines, under the names of the files', () => {
    const patch = [
      ...[
        '0123abc',
        '',
        'diff --git a/old.ts b/new.ts',
        '--- a/old.ts',
        '+++ b/new.ts',
        '@@ -1 +1,2 @@',
        '-no',
        '+yes',
      ],
      ...['+++ x', 'diff --git a/gone b/gone', '--- a/gone', '+++ /dev/null', '@@ -1 +0,0 @@', '-secret'],
    ]
    expect(addedBy(patch.join('\n'))).toEqual([{ path: 'new.ts', commit: '0123abc', text: 'yes' }])
  })
})
