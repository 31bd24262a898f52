import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SynthErrors } from '../errors.ts'

interface Metadata {
  readonly type?: string
  readonly data?: unknown
}

interface Manifest {
  readonly missing?: readonly { readonly key: string }[]
  readonly artifacts?: Readonly<
    Record<
      string,
      {
        readonly type: string
        readonly metadata?: Readonly<Record<string, readonly Metadata[]>>
        readonly additionalMetadataFile?: string
        readonly properties?: { readonly directoryName?: string; readonly templateFile?: string }
      }
    >
  >
}

/**
 * Refuses an assembly that the CDK CLI would refuse as well: one that was never written, one that waits for values
 * from AWS, one whose constructs report errors (`Annotations.addError`).
 *
 * @throws TerraceError SYNTH_NO_ASSEMBLY, SYNTH_LOOKUPS or SYNTH_ANNOTATED
 */
export function checkAssembly(app: string, directory: string): void {
  const manifest = readManifest(directory)
  if (!manifest) throw SynthErrors.noAssembly(app, directory)
  if (manifest.missing && manifest.missing.length > 0) {
    throw SynthErrors.lookups(
      app,
      manifest.missing.map(({ key }) => key),
    )
  }
  const errors = annotatedErrors(directory, manifest)
  if (errors.length > 0) throw SynthErrors.annotated(app, errors)
}

/** The template files of an assembly, in the manifest's order, those of nested assemblies included. */
export function templateFilesOf(directory: string): readonly string[] {
  return Object.values(readManifest(directory)?.artifacts ?? {}).flatMap(({ type, properties }) => {
    if (type === 'aws:cloudformation:stack' && properties?.templateFile)
      return [join(directory, properties.templateFile)]
    if (type === 'cdk:cloud-assembly' && properties?.directoryName) {
      return templateFilesOf(join(directory, properties.directoryName))
    }
    return []
  })
}

function readManifest(directory: string): Manifest | undefined {
  const file = join(directory, 'manifest.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

function annotatedErrors(directory: string, manifest: Manifest): readonly string[] {
  return Object.values(manifest.artifacts ?? {}).flatMap(({ metadata, additionalMetadataFile, type, properties }) => {
    if (type === 'cdk:cloud-assembly' && properties?.directoryName) {
      const nested = join(directory, properties.directoryName)
      return annotatedErrors(nested, readManifest(nested) ?? {})
    }
    const beside: typeof metadata = additionalMetadataFile
      ? JSON.parse(readFileSync(join(directory, additionalMetadataFile), 'utf8'))
      : {}
    return Object.entries({ ...metadata, ...beside }).flatMap(([path, entries]) =>
      entries.filter(({ type }) => type === 'aws:cdk:error').map(({ data }) => `${path}: ${String(data)}`),
    )
  })
}
