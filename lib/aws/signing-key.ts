import { createPublicKey } from 'node:crypto';
import type { SignedFetch } from './signed-fetch.ts';

/** An asymmetric KMS key that signs with ECDSA over SHA-256. The private key never leaves KMS. */
export class SigningKey {
  readonly #aws: SignedFetch;
  readonly #keyId: string;

  /** @param keyId id, ARN, or alias with its prefix `alias/` */
  constructor(aws: SignedFetch, keyId: string) {
    this.#aws = aws;
    this.#keyId = keyId;
  }

  /**
   * Signs a text of up to 4,096 bytes, which KMS hashes itself (`MessageType` RAW: "Sign", AWS KMS API Reference).
   *
   * @returns the DER signature in base64, and the key's ARN. @throws ServiceError
   */
  async sign(text: string): Promise<{ signature: string; keyId: string }> {
    const { Signature, KeyId } = await this.#aws.json<{ Signature: string; KeyId: string }>(
      'kms',
      'TrentService.Sign',
      {
        KeyId: this.#keyId,
        Message: Buffer.from(text).toString('base64'),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      },
    );
    return { signature: Signature, keyId: KeyId };
  }

  /**
   * Returns the public key as PEM (SubjectPublicKeyInfo, RFC 5280): "GetPublicKey", AWS KMS API Reference. @throws
   * ServiceError
   */
  async publicKey(): Promise<string> {
    const { PublicKey } = await this.#aws.json<{ PublicKey: string }>('kms', 'TrentService.GetPublicKey', {
      KeyId: this.#keyId,
    });
    const der = Buffer.from(PublicKey, 'base64');
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
      .export({ format: 'pem', type: 'spki' })
      .toString();
  }
}
