import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceNames } from './names.ts'

/** A file to be written. */
export interface NewFile {
  /** Below the service's folder. */
  readonly path: string
  readonly content: string
}

/** The files of the hello-world service under another name; nothing is written. */
export function copyOfHello(folder: string, names: ServiceNames): readonly NewFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .map(file => ({
      path: file.slice(folder.length + 1).replaceAll('hello', names.folder),
      content: renamed(withoutExample(readFileSync(file, 'utf8')), names),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Everything in one go: a name may contain what is replaced. */
function renamed(text: string, { name, folder, camel, pascal, constant }: ServiceNames): string {
  return text.replaceAll(/hello\.test|helloService|HELLO|Hello|hello/g, found => {
    if (found === 'hello.test') return `${folder}.test`
    if (found === 'helloService') return `${camel}Service`
    return found === 'HELLO' ? constant : found === 'Hello' ? pascal : name
  })
}

/** Leaves out what the README says of the example as an example. */
const withoutExample = (text: string): string =>
  text.replace(/<!-- The example alone.*?<!-- From here on.*?-->\n\n/s, '')
