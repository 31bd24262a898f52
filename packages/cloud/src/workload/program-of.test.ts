import { afterEach, describe, expect, it } from 'vitest'
import { programOf } from './program-of.ts'
import { folderWith, imageIn } from './testing.ts'

const folders: { remove(): void }[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove()
})

function folder(files: Readonly<Record<string, string>> = {}): string {
  const made = folderWith(files)
  folders.push(made)
  return made.path
}

describe('the program of an image', () => {
  it.each([
    [['node', 'main.js']],
    [['/usr/local/bin/node', '/srv/api/main.js']],
    [['docker-entrypoint.sh', 'node', 'main.js']],
    [['tini', '--', 'node', 'main.js']],
    [['/bin/sh', '-c', 'exec node main.js']],
    [['sh', '-c', 'node "main.js"']],
  ])('%j is Node.js', command => {
    const directory = folder()
    const program = programOf(imageIn(directory, { command }))
    const absolute = command.some(word => word.startsWith('/srv'))
    expect(program).toEqual({ kind: 'node', args: [absolute ? `${directory}/main.js` : 'main.js'], folder: directory })
  })

  it.each(['npm start', 'npm run start', 'yarn start'])('%s is what the script of the package says', command => {
    const directory = folder({
      'package.json': JSON.stringify({ scripts: { start: 'node --enable-source-maps a.js' } }),
    })
    expect(programOf(imageIn(directory, { command: command.split(' ') }))).toEqual({
      kind: 'node',
      args: ['--enable-source-maps', 'a.js'],
      folder: directory,
    })
  })

  it('may be another one than the image says, in another folder', () => {
    const directory = folder()
    expect(programOf(imageIn(directory), ['node', 'job.js'], '/srv/api/jobs')).toEqual({
      kind: 'node',
      args: ['job.js'],
      folder: `${directory}/jobs`,
    })
  })

  it('may be NGINX', () => {
    const command = ['nginx', '-g', 'daemon off;']
    expect(programOf(imageIn(folder(), { command }))).toEqual({ kind: 'nginx' })
  })

  it.each([
    [['python3', 'app.py'], 'its command is python3'],
    [['sh', '-c', 'npm run migrate && node main.js'], 'a shell script'],
    [['sh', '-c', 'node $MAIN'], 'a shell script'],
    [['npm', 'start'], 'has no script start'],
    [[], 'it has no command'],
  ])('%j can not run here, and says why', (command, because) => {
    expect(programOf(imageIn(folder(), { command }))).toMatchObject({
      kind: 'notHere',
      because: expect.stringContaining(because),
    })
  })

  it('can not run with an obstacle in its Dockerfile, nor from elsewhere', () => {
    const obstacle = 'Dockerfile:3: RUN make'
    expect(programOf(imageIn(folder(), { obstacles: [obstacle] }))).toEqual({ kind: 'notHere', because: obstacle })
    expect(programOf({ kind: 'remote', uri: 'example.com/x:1' })).toMatchObject({ kind: 'notHere' })
  })
})
