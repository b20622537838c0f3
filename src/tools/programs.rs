//! Programs that runbooks call and that have no file of their own here.

/// Known programs of which nothing is known but that they are programs. From the first words of 10,923 real command lines.
pub(crate) const PLAIN: &str = "\
    7z act age airflow ansible-vault aws az base64 basename bazel buf bzip2 caddy certbot cmake consul corepack cut \
    dirname doctl du etcdctl eval expo firebase flux gcloud gem gitleaks glab golangci-lint goreleaser gpg gsutil \
    gunzip gzip htop hugo id ip istioctl java k3d k3s k9s kafka-topics.sh kind ksops kubectx kubens kubeseal ls mc md5sum \
    minikube mongo mongodump mongosh mysql netlify netstat nginx nomad nvm openssl packer pg_isready pm2 prometheus \
    pulumi pwd rails railway restic rustup semgrep sftp sha256sum snyk socat sort sqlite3 stern stripe su sudo syft tr \
    tree trivy trufflehog twine uniq velero vercel virtualenv watch wc which whoami wrangler xargs xcodebuild \
    xcodegen xcrun yq zcat";

/// Names of tools that are words like any other where no shell says that they are programs.
pub(crate) const WORDS: &[&str] = &[".", "http", "https"];
