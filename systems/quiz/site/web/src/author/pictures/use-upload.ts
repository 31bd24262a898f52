import { useQueryClient } from '@tanstack/react-query'
import { type IdempotencyKeys, idempotencyKeys } from '@terrace/ui'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { ask } from '../../api/queries.ts'
import { useServices } from '../../api/services.ts'
import { explain } from '../../explain.ts'
import { authorText } from '../../text/author-text.ts'

/** Pictures that the API takes. */
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const

const MAX_BYTES = 20 * 1024 * 1024

/** An upload that goes on. */
export interface Uploading {
  readonly name: string
  /** From 0 to 1. */
  readonly share: number
}

export interface UseUploadOptions {
  readonly accountId: number
  readonly onUploaded: (pictureId: string) => void
  /** Told when one begins and when it ends. */
  readonly onUploading: (by: 1 | -1) => void
}

/** Uploads one picture at a time. Given up when the form goes away. */
export function useUpload({ accountId, onUploaded, onUploading }: UseUploadOptions) {
  const { api } = useServices()
  const queries = useQueryClient()
  const [uploading, setUploading] = useState<Uploading>()
  const [failure, setFailure] = useState<string>()
  const current = useRef<AbortController>(null)
  const keys = useRef<IdempotencyKeys>(null)
  keys.current ??= idempotencyKeys()
  const count = useEffectEvent(onUploading)

  useEffect(() => () => current.current?.abort(), [])
  const isUploading = uploading !== undefined
  useEffect(() => {
    if (!isUploading) return
    count(1)
    return () => count(-1)
  }, [isUploading])

  const upload = async (file: File, cutout: boolean) => {
    const wrong = whatIsWrong(file)
    setFailure(wrong)
    if (wrong !== undefined) return
    const controller = new AbortController()
    current.current = controller
    setUploading({ name: file.name, share: 0 })
    try {
      const idempotencyKey = keys.current?.keyFor([file.name, file.size, file.lastModified, cutout]) ?? ''
      const picture = await api.addPicture(file, {
        cutout,
        idempotencyKey,
        signal: controller.signal,
        onProgress: share => setUploading({ name: file.name, share }),
      })
      keys.current?.settled()
      queries.setQueryData(ask.picture(api, accountId, picture.id).queryKey, picture)
      onUploaded(picture.id)
    } catch (error) {
      keys.current?.settled(error)
      if (!controller.signal.aborted) setFailure(authorText.notUploaded(explain(error)))
    } finally {
      setUploading(undefined)
    }
  }

  return { upload, uploading, failure, cancel: () => current.current?.abort() }
}

function whatIsWrong(file: File): string | undefined {
  if (!PICTURE_TYPES.some(type => type === file.type)) return authorText.wrongType
  return file.size > MAX_BYTES ? authorText.tooLarge : undefined
}
