//! TLS at the service's own door, as a client meets it.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use super::*;
use crate::service::TlsFiles;

/// An authority of the test's own.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // Two of one name would look to a client like one whose key does not fit.
        params.distinguished_name.push(DnType::CommonName, uuid::Uuid::now_v7().to_string());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Writes a certificate for this host and its key.
    fn write(&self, dir: &Path) -> TlsFiles {
        let files = TlsFiles { certificate: dir.join("chain.pem"), key: dir.join("key.pem") };
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
        std::fs::write(&files.certificate, certificate.pem()).unwrap();
        files
    }

    /// A client that trusts this authority and no other.
    fn client(&self) -> reqwest::ClientBuilder {
        let root = reqwest::Certificate::from_pem(self.0.pem().as_bytes()).unwrap();
        reqwest::Client::builder().tls_certs_only([root]).user_agent(OKTA)
    }
}

async fn room(authority: &Authority) -> Room {
    let dir = tempfile::tempdir().unwrap();
    let tls = Some(authority.write(dir.path()));
    Room::start_as(dir, |options| Options { tls, ..options }).await
}

#[tokio::test]
async fn okta_comes_by_tls_and_the_host_itself_by_loopback() {
    let authority = Authority::new();
    let room = room(&authority).await;
    assert!(room.service.public_url().starts_with("https://127.0.0.1:"));
    assert!(room.service.url().starts_with("http://127.0.0.1:"));
    let users = format!("{}/scim/v2/Users", room.service.public_url());
    for (least, most) in [
        (reqwest::tls::Version::TLS_1_2, reqwest::tls::Version::TLS_1_2),
        (reqwest::tls::Version::TLS_1_3, reqwest::tls::Version::TLS_1_3),
    ] {
        let client = authority.client().tls_version_min(least).tls_version_max(most).build().unwrap();
        let name = format!("ada.{least:?}@harbor.example");
        let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
        let response = client.post(&users).bearer_auth(room.token.expose()).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 201);
        let made = json_of(response).await;
        assert!(made["meta"]["location"].as_str().unwrap().starts_with(&users), "{made}");
    }
    let checklist = room.operator.checklist().await.unwrap();
    let base = format!("{}/scim/v2", room.service.public_url());
    assert!(checklist.steps.iter().flat_map(|step| &step.values).any(|value| value.value == base));
}

#[tokio::test]
async fn plain_http_at_the_tls_door_is_told_and_found() {
    let authority = Authority::new();
    let room = room(&authority).await;
    let plain = room.service.public_url().replace("https", "http");
    let test = |base: &str| format!("{base}/scim/v2/Users?startIndex=1&count=2");
    let okta = authority.client().build().unwrap();
    let response = okta.get(test(&plain)).bearer_auth(room.token.expose()).send().await.unwrap();
    let detail = refused(response, 403).await;
    assert!(detail.contains("begin with https"), "{detail}");
    let event = room.event(Action::Astray).await;
    assert_eq!(event.findings, [Code(14)]);
    assert!(room.operator.findings().await.unwrap().iter().any(|finding| finding.code == Code(14)));
    okta.get(test(room.service.public_url())).bearer_auth(room.token.expose()).send().await.unwrap();
    room.event(Action::CredentialTest).await;
    assert_eq!(room.operator.findings().await.unwrap(), [], "mended");

    let response = room.http.get(format!("{plain}/api/v1/whoami")).send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("use https"));
}

#[tokio::test]
async fn who_does_not_trust_the_certificate_is_noticed() {
    let authority = Authority::new();
    let room = room(&authority).await;
    let stranger = Authority::new().client().build().unwrap();
    let test = format!("{}/scim/v2/Users?startIndex=1&count=2", room.service.public_url());
    stranger.get(&test).send().await.unwrap_err();
    let open = async || room.operator.findings().await.unwrap().iter().map(|finding| finding.code).collect::<Vec<_>>();
    for _ in 0..200 {
        if open().await == [Code(15)] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(open().await, [Code(15)]);
    // It is a matter of milliseconds which of the two came first.
    tokio::time::sleep(Duration::from_millis(5)).await;
    authority.client().build().unwrap().get(&test).bearer_auth(room.token.expose()).send().await.unwrap();
    room.event(Action::CredentialTest).await;
    assert_eq!(open().await, [], "Okta trusts it");
    stranger.get(&test).send().await.unwrap_err();
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert_eq!(open().await, [], "whoever else does not");
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_without_a_restart() {
    let authority = Authority::new();
    let room = room(&authority).await;
    let test = format!("{}/healthz", room.service.public_url());
    let renewed = Authority::new();
    let files = TlsFiles { certificate: room.dir.path().join("chain.pem"), key: room.dir.path().join("key.pem") };
    std::fs::write(&files.certificate, "not a certificate").unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    authority.client().build().unwrap().get(&test).send().await.expect("the one before stays in use");
    renewed.write(room.dir.path());
    for _ in 0..200 {
        if renewed.client().build().unwrap().get(&test).send().await.is_ok() {
            authority.client().build().unwrap().get(&test).send().await.expect_err("the old one is gone");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the renewed certificate was never taken");
}

#[tokio::test]
async fn what_is_no_certificate_is_named_by_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let files = Authority::new().write(dir.path());
    let start_with = async |files: &TlsFiles, local| {
        let data = DataDir::new(dir.path().join("room"));
        let options = Options { tls: Some(files.clone()), local, ..Options::new(data, "127.0.0.1:0".parse().unwrap()) };
        start(options).await.unwrap_err().to_string()
    };
    let other = tempfile::tempdir().unwrap();
    let mismatch = TlsFiles { key: Authority::new().write(other.path()).key, ..files.clone() };
    let error = start_with(&mismatch, None).await;
    assert!(error.contains("does not go with the certificate"), "{error}");
    let error = start_with(&TlsFiles { certificate: dir.path().join("none.pem"), ..files.clone() }, None).await;
    assert!(error.contains("none.pem"), "{error}");
    let error = start_with(&TlsFiles { certificate: files.key.clone(), ..files.clone() }, None).await;
    assert!(error.contains("there is no certificate in it"), "{error}");
    let error = start_with(&files, Some("0.0.0.0:0".parse().unwrap())).await;
    assert!(error.contains("plain HTTP"), "{error}");
}
