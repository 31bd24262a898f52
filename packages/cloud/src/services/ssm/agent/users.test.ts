import { describe, expect, it } from 'vitest'
import { mayRun, usersIn } from './users.ts'

const user = (...commands: string[]) => ({ name: 'operate', purpose: '', commands })

describe('the rules of a user', () => {
  it.each<[string, readonly string[], string, boolean]>([
    ['the same words', ['/usr/bin/systemctl restart nginx'], '/usr/bin/systemctl restart nginx', true],
    ['the program by its name', ['/usr/bin/systemctl restart nginx'], 'systemctl restart nginx', true],
    ['sudo in front', ['/usr/bin/systemctl restart nginx'], 'sudo systemctl restart nginx', true],
    ['another argument', ['/usr/bin/systemctl restart nginx'], 'systemctl restart docker', false],
    ['more arguments', ['/usr/bin/systemctl restart nginx'], 'systemctl restart nginx docker', false],
    ['fewer arguments', ['/usr/bin/systemctl restart nginx'], 'systemctl restart', false],
    ['another program', ['/usr/bin/systemctl restart nginx'], 'rm restart nginx', false],
    ['another path of the same name', ['/usr/bin/systemctl'], '/tmp/systemctl', false],
    ['any arguments', ['/usr/bin/journalctl'], 'journalctl -u nginx', true],
    ['no arguments', ['/usr/bin/uptime ""'], 'uptime -p', false],
    ['no arguments, none given', ['/usr/bin/uptime ""'], 'uptime', true],
    ['a wildcard', ['/usr/bin/docker logs *'], 'docker logs api', true],
    ['a wildcard for a word that is none', ['/usr/bin/docker logs *'], 'docker stop api', false],
    ['characters that are special elsewhere', ['/bin/cat /var/log/a.log'], 'cat /var/log/aXlog', false],
    ['a plain word', ['status'], 'status', true],
    ['nothing', [], 'status', false],
  ])('with %s', (_, rules, line, allowed) => {
    expect(mayRun(user(...rules), line.split(' '))).toBe(allowed)
  })

  it('let no second line in', () => {
    expect(mayRun(user('/bin/echo'), ['echo', 'a\nrm -rf /'])).toBe(false)
  })
})

describe('the users of an instance', () => {
  const data = (text: string) =>
    `#!/bin/bash\nset -e\ncat > /etc/terrace/users.json <<'USERS'\n${text}\nUSERS\necho done\n`

  it('are those in the document that its user data writes', () => {
    const users = { deploy: { purpose: 'puts', commands: ['a'] }, operate: { commands: [] } }
    expect(usersIn(data(JSON.stringify({ users })))).toEqual([
      { name: 'deploy', purpose: 'puts', commands: ['a'] },
      { name: 'operate', purpose: '', commands: [] },
    ])
  })

  it.each(['{', '{}', '{"users":[]}', '{"users":{"a":{"commands":"all"}}}'])('are none where it writes %s', text => {
    expect(usersIn(data(text))).toEqual([])
  })

  it('are none without such a document', () => {
    expect(usersIn('#!/bin/bash\n')).toEqual([])
  })
})
