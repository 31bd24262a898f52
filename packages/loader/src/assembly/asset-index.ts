import type { ContainerImage, DirectoryImage as Image } from '@terrace/model'

/** An image that is built from a directory of the assembly, without the name under which it is pushed. */
export type DirectoryImage = Omit<Image, 'uri'>

/** The files and images that a cloud assembly brings along. */
export interface AssetIndex {
  /** Absolute path of the directory or file that is uploaded under an object key. */
  file(objectKey: string): string | undefined
  /** The image whose URI ends in the hash of an asset. */
  image(uri: string): DirectoryImage | undefined
}

/** The image with this URI, as one of the assembly's when its hash is known there. */
export function containerImage(uri: string, assets: AssetIndex): ContainerImage {
  const directory = assets.image(uri)
  return directory ? { ...directory, uri } : { kind: 'remote', uri }
}

/** A template on its own has no assets. */
export const noAssets: AssetIndex = { file: () => undefined, image: () => undefined }

/** Looks in several indexes, one a stack or stage. */
export function joinAssets(indexes: readonly AssetIndex[]): AssetIndex {
  const first = <T>(ask: (index: AssetIndex) => T | undefined): T | undefined => {
    for (const index of indexes) {
      const found = ask(index)
      if (found !== undefined) return found
    }
    return undefined
  }
  return { file: objectKey => first(index => index.file(objectKey)), image: uri => first(index => index.image(uri)) }
}
