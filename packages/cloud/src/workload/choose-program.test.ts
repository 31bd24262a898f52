import type { ContainerImage } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { chooseProgram } from './choose-program.ts'
import { folderWith, imageIn } from './testing.ts'

const folder = folderWith({})
afterEach(() => folder.remove())

const NGINX = imageIn(folder.path, { command: ['nginx', '-g', 'daemon off;'] })
const NODE = imageIn(folder.path, { command: ['node', 'main.js'] })
const ELSEWHERE: ContainerImage = { kind: 'remote', uri: 'example.com/web:1' }

const ofImage = (image: ContainerImage) => ({ name: 'web', program: { kind: 'image', image } }) as const
const ofText = { name: 'web', program: { kind: 'nginx', configuration: 'server {}' } } as const

const HERE = { standIns: false, hasNginx: true }
const WITHOUT = { standIns: false, hasNginx: false }

describe('what runs for a process', () => {
  it('is Node.js or NGINX, where they are', () => {
    expect(chooseProgram(ofImage(NODE), WITHOUT)).toMatchObject({ kind: 'node', args: ['main.js'], image: NODE })
    expect(chooseProgram(ofImage(NGINX), HERE)).toEqual({ kind: 'nginxImage', image: NGINX })
    expect(chooseProgram(ofText, HERE)).toEqual({ kind: 'nginx', configuration: 'server {}' })
  })

  it.each([
    ['its configuration', ofText],
    ['its image', ofImage(NGINX)],
  ])('is nothing where NGINX is missing, whether it comes by %s', (_, process) => {
    expect(() => chooseProgram(process, WITHOUT)).toThrow(/could not start web: NGINX is not installed.*nginx/)
  })

  it.each([
    ['nginx', ofText],
    [NGINX.uri, ofImage(NGINX)],
    [ELSEWHERE.uri, ofImage(ELSEWHERE)],
  ])('is a placeholder for %s, when that is asked for', (uri, process) => {
    expect(chooseProgram(process, { ...WITHOUT, standIns: true })).toEqual({ kind: 'standIn', for: uri })
  })

  it('is nothing for an image from elsewhere', () => {
    expect(() => chooseProgram(ofImage(ELSEWHERE), HERE)).toThrow(/example\.com\/web:1 can't run here/)
  })
})
