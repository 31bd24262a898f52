import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/support.ts'
import { linuxUsersScript, sudoers } from './linux-users.ts'

const installed = spawnSync('visudo', ['-V']).status === 0
const skipped = installed ? '' : ' (skipped: visudo is not installed; apt-get install sudo)'

const user = (...commands: string[]) => ({ purpose: 'for the test', commands })

describe('the users of an instance', () => {
  it('S-11: refuses a name or a command that could mean more than it says', () => {
    for (const name of ['Operate', 'a b', '', '%wheel', 'all,root'])
      expect(() => linuxUsersScript({ [name]: user() })).toThrow('is no name for a Linux user')
    for (const command of ['docker ps', '/usr/bin/docker *', '/bin/sh -c "x"', '/usr/bin/vi\nroot ALL=ALL', '/a, ALL'])
      expect(() => linuxUsersScript({ operate: user(command) })).toThrow('cannot be allowed; give an absolute path')
  })

  it('S-11: lets a user without commands do nothing as root', () => {
    expect(sudoers({ looker: user(), operate: user('/usr/bin/docker ps') })).toBe(
      'operate ALL=(root) NOPASSWD: /usr/bin/docker ps',
    )
  })

  it.skipIf(!installed)(`S-11: writes what visudo accepts${skipped}`, () => {
    const file = join(temporaryFolder(), 'sudoers')
    writeFileSync(file, `${sudoers({ operate: user('/usr/bin/docker logs --tail=20 api', '/bin/true') })}\n`)
    const { status, stdout, stderr } = spawnSync('visudo', ['-c', '-f', file], { encoding: 'utf8' })
    expect({ status, said: stdout + stderr }).toMatchObject({ status: 0, said: expect.stringContaining('parsed OK') })
  })
})
