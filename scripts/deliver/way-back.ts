import { createHash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The only stack of a cloud assembly, as far as it is read here. */
export interface AssembledStack {
  /** In the assembly. */
  readonly id: string
  /** On AWS. */
  readonly name: string
  readonly region: string
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, Artifact>>
}

interface Artifact {
  readonly type: string
  /** `aws://<account>/<region>` */
  readonly environment?: string
  readonly properties?: StackProperties
}

interface StackProperties {
  readonly stackName?: string
  readonly templateFile: string
  readonly stackTemplateAssetObjectUrl?: string
}

interface AssetManifest {
  readonly files: Readonly<Record<string, FileAsset>>
}

interface FileAsset {
  readonly source: { readonly path?: string }
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>
}

/** @throws when there is not exactly one stack in it */
export function stackOf(assembly: string): AssembledStack {
  const [id, { environment = '', properties }] = onlyStack(readManifest(assembly), assembly)
  return { id, name: properties?.stackName ?? id, region: environment.slice(environment.lastIndexOf('/') + 1) }
}

/**
 * Writes a cloud assembly that brings an earlier template back: the same stack by the same roles, with that template in
 * place of the new one. What the template refers to, images and files, is where it was put then.
 *
 * @param assembly  the new one, as `cdk synth` wrote it
 * @param before    the template that was deployed
 * @param folder    where the other one is written
 */
export function writeWayBack(assembly: string, before: object, folder: string): void {
  cpSync(assembly, folder, { recursive: true })
  const manifest = readManifest(assembly)
  const [id, stack] = onlyStack(manifest, assembly)
  const templateFile = stack.properties?.templateFile ?? ''
  const text = JSON.stringify(before)
  const hash = createHash('sha256').update(text).digest('hex')
  writeFileSync(join(folder, templateFile), text)

  const assetsFile = `${id}.assets.json`
  const assets: AssetManifest = JSON.parse(readFileSync(join(assembly, assetsFile), 'utf8'))
  const [newHash, template] = Object.entries(assets.files).find(([, { source }]) => source.path === templateFile) ?? []
  if (newHash === undefined || template === undefined) {
    throw new Error(`${join(assembly, assetsFile)} does not say where ${templateFile} goes; synthesize it anew`)
  }
  const destinations = Object.fromEntries(
    Object.entries(template.destinations).map(([name, to]) => [name, { ...to, objectKey: `${hash}.json` }]),
  )
  write(folder, assetsFile, { ...assets, files: { [hash]: { ...template, destinations } } })
  const url = stack.properties?.stackTemplateAssetObjectUrl?.replace(newHash, hash)
  const properties = { ...stack.properties, stackTemplateAssetObjectUrl: url }
  write(folder, 'manifest.json', { ...manifest, artifacts: { ...manifest.artifacts, [id]: { ...stack, properties } } })
}

const readManifest = (assembly: string): Manifest => JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8'))

function onlyStack({ artifacts }: Manifest, assembly: string): readonly [id: string, stack: Artifact] {
  const [stack, ...others] = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack')
  if (stack && others.length === 0) return stack
  throw new Error(`${assembly} has ${others.length + (stack ? 1 : 0)} stacks; a delivery is of one`)
}

const write = (folder: string, name: string, content: object): void =>
  writeFileSync(join(folder, name), JSON.stringify(content))
