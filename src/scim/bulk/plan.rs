//! The order in which the operations of a bulk request are carried out, and what became of them.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::super::error::ScimError;
use super::graph::{Graph, Step};
use super::parse::{Operation, Place, Task};
use super::{BULK_RESPONSE_URN, BulkRequest, Call, Endpoint, Method, Outcome, reference};

/// A bulk request on its way, driven by its caller: [`next`](Plan::next) hands out one operation, [`done`](Plan::done)
/// takes its outcome, until there is none left; [`finish`](Plan::finish) makes the answer.
///
/// Order (RFC 7644 3.7: it may change as long as the client's intent stays): an operation waits for those that create
/// what it refers to, and for earlier ones on the same resource. Apart from that the client's order is kept, so
/// operations that wait for nothing never overtake each other.
///
/// Circles (RFC 7644 3.7.1): where operations wait for each other, the first is carried out without the references
/// that cannot be resolved yet, and completed by a PATCH once they can. It counts as failed if that fails.
#[derive(Debug)]
pub struct Plan {
    entries: Vec<Entry>,
    /// Which POST has which bulkId.
    makers: HashMap<String, usize>,
    graph: Graph,
    current: Option<Step>,
    failures: usize,
    /// How many failures end the request.
    limit: usize,
}

/// One operation and how far it has come.
#[derive(Debug)]
struct Entry {
    method: String,
    bulk_id: Option<String>,
    place: Option<Place>,
    /// Until it is begun.
    task: Option<Result<Task, ScimError>>,
    /// The POSTs whose ids it needs.
    needs: Vec<usize>,
    /// Id of what it made.
    made: Option<String>,
    /// The PATCH that completes it, until it is begun.
    completion: Option<Value>,
    answer: Option<Answer>,
}

/// What the client is told.
#[derive(Debug)]
struct Answer {
    status: u16,
    location: Option<String>,
    version: Option<String>,
    response: Option<Value>,
}

impl Answer {
    fn refusal(error: &ScimError) -> Self {
        Self { status: error.status, location: None, version: None, response: Some(error.to_json()) }
    }
}

impl Plan {
    /// Plans a request.
    pub fn new(request: BulkRequest) -> Self {
        let makers: HashMap<String, usize> = request
            .operations
            .iter()
            .enumerate()
            .filter(|(_, operation)| operation.method == Method::Post.as_str())
            .filter_map(|(index, operation)| Some((operation.bulk_id.clone()?, index)))
            .collect();
        let mut graph = Graph::new(request.operations.len());
        let mut last_on: HashMap<Place, usize> = HashMap::new();
        let mut entries = Vec::with_capacity(request.operations.len());
        for (index, operation) in request.operations.into_iter().enumerate() {
            let entry = Entry::new(operation, &makers);
            for maker in &entry.needs {
                graph.order(Step::of(*maker), Step::of(index));
            }
            if let Some(place) = entry.place.as_ref().filter(|place| place.id.is_some())
                && let Some(before) = last_on.insert(place.clone(), index)
            {
                graph.order(Step::of(before), Step::of(index));
            }
            entries.push(entry);
        }
        let limit = request.fail_on_errors.unwrap_or(usize::MAX);
        Self { entries, makers, graph, current: None, failures: 0, limit }
    }

    /// The next operation to carry out; nothing when all are done, or as many have failed as the client allows. One
    /// that was handed out and not reported as done counts as failed.
    #[expect(clippy::should_implement_trait, reason = "each call needs the outcome of the one before")]
    pub fn next(&mut self) -> Option<Call> {
        self.give_up_current();
        while self.failures < self.limit {
            let Some(step) = self.graph.pop() else {
                let index = self.graph.in_circle()?;
                let about: Vec<usize> = (0..self.entries.len()).filter(|other| self.is_about(*other, index)).collect();
                self.graph.split(index, &about);
                continue;
            };
            let begun = if step.completes { self.complete(step.index) } else { self.begin(step.index) };
            match begun {
                Some(Ok(call)) => {
                    self.current = Some(step);
                    return Some(call);
                }
                Some(Err(error)) => self.fail(step.index, Answer::refusal(&error)),
                None => {}
            }
            self.graph.settle(step);
        }
        None
    }

    /// Reports what became of the operation handed out last; anything else is ignored.
    pub fn done(&mut self, index: usize, outcome: Outcome) {
        let Some(step) = self.current.take_if(|step| step.index == index) else { return };
        let success = outcome.is_success();
        let entry = &mut self.entries[step.index];
        match (&mut entry.answer, success) {
            (Some(answer), true) if step.completes => answer.version = outcome.version.or(answer.version.take()),
            (_, true) => {
                entry.made = outcome.id;
                let Outcome { status, location, version, .. } = outcome;
                entry.answer = Some(Answer { status, location, version, response: None });
            }
            (_, false) if step.completes => {
                let why =
                    outcome.response.as_ref().and_then(|body| body.get("detail")?.as_str()).unwrap_or("no reason");
                let error = ScimError::conflict(format!(
                    "The resource was made, but what it refers to could not be added: {why} Add it by a PATCH."
                ));
                self.fail(step.index, Answer::refusal(&error));
            }
            (_, false) => {
                let unexplained =
                    || ScimError { status: outcome.status, ..ScimError::internal("The operation failed.") };
                let response = outcome.response.unwrap_or_else(|| unexplained().to_json());
                let Outcome { status, location, .. } = outcome;
                self.fail(step.index, Answer { status, location, version: None, response: Some(response) });
            }
        }
        self.graph.settle(step);
    }

    /// Answers everything that is not done yet with this refusal, where nobody has the time to go on.
    pub fn give_up(&mut self, error: &ScimError) {
        self.give_up_current();
        for index in 0..self.entries.len() {
            if self.entries[index].answer.is_none() {
                self.fail(index, Answer::refusal(error));
            }
        }
    }

    /// The BulkResponse, with what was done in the client's order. `base_url` is the URL of `/scim/v2`, without a slash
    /// at its end.
    pub fn finish(mut self, base_url: &str) -> Value {
        self.give_up_current();
        for index in 0..self.entries.len() {
            // Made, and the request ended before it was complete.
            if self.entries[index].completion.is_some() && self.entries[index].answer.is_some() {
                self.fail(index, Answer::refusal(&incomplete("the request ended before")));
            }
        }
        let made: Vec<Option<String>> = self.entries.iter().map(|entry| entry.made.clone()).collect();
        let id_of = |name: &str| self.makers.get(name).and_then(|maker| made.get(*maker)?.clone());
        let results: Vec<Value> =
            self.entries.into_iter().filter_map(|entry| entry.into_result(base_url, &id_of)).collect();
        json!({ "schemas": [BULK_RESPONSE_URN], "Operations": results })
    }

    fn give_up_current(&mut self) {
        if let Some(step) = self.current.take() {
            let error = ScimError::internal("The operation was begun and its end is not known. Read the resource.");
            self.fail(step.index, Answer::refusal(&error));
            self.graph.settle(step);
        }
    }

    /// Keeps a failure. A resource that was made all the same keeps its location.
    fn fail(&mut self, index: usize, answer: Answer) {
        self.failures += 1;
        let entry = &mut self.entries[index];
        entry.completion = None;
        let earlier = entry.answer.take().and_then(|answer| answer.location);
        entry.answer = Some(Answer { location: answer.location.or(earlier), ..answer });
    }

    /// Whether an operation is on the very resource that a POST makes.
    fn is_about(&self, index: usize, maker: usize) -> bool {
        let path = self.entries[index].place.as_ref().and_then(|place| reference::name(place.id.as_deref()?));
        path.is_some_and(|name| self.makers.get(name) == Some(&maker)) && self.entries[index].needs.contains(&maker)
    }

    fn id_of(&self, name: &str) -> Option<String> {
        self.makers.get(name).and_then(|maker| self.entries[*maker].made.clone())
    }

    /// Why an operation cannot go on: one that it needs has failed.
    fn broken_need(&self, index: usize) -> Option<ScimError> {
        let failed = |maker: &&usize| self.entries[**maker].made.is_none() && self.graph.is_settled(Step::of(**maker));
        let maker = self.entries[index].needs.iter().find(failed)?;
        let name = self.entries[*maker].bulk_id.as_deref().unwrap_or_default();
        Some(ScimError::conflict(format!(
            "It refers to bulkId:{name}, and the operation that creates that failed. Correct that one and send both \
             again."
        )))
    }

    fn begin(&mut self, index: usize) -> Option<Result<Call, ScimError>> {
        let task = self.entries[index].task.take()?;
        if let Some(error) = self.broken_need(index) {
            return Some(Err(error));
        }
        Some(task.and_then(|mut task| {
            let completion = match task.method {
                Method::Post => reference::postpone(&mut task.data, &|name| self.id_of(name).is_some()),
                Method::Put | Method::Patch | Method::Delete => None,
            };
            reference::resolve(&mut task.data, &|name| self.id_of(name));
            let (endpoint, id) = self.target(index)?;
            self.entries[index].completion = completion;
            let Task { method, version, data } = task;
            Ok(Call { index, method, endpoint, id, version, body: data, completes: false })
        }))
    }

    fn complete(&mut self, index: usize) -> Option<Result<Call, ScimError>> {
        let mut body = self.entries[index].completion.take()?;
        if self.broken_need(index).is_some() {
            return Some(Err(incomplete("an operation it refers to failed")));
        }
        reference::resolve(&mut body, &|name| self.id_of(name));
        let endpoint = self.entries[index].place.as_ref()?.endpoint;
        let id = self.entries[index].made.clone();
        Some(Ok(Call { index, method: Method::Patch, endpoint, id, version: None, body, completes: true }))
    }

    fn target(&self, index: usize) -> Result<(Endpoint, Option<String>), ScimError> {
        let place = self.entries[index].place.as_ref().ok_or_else(|| ScimError::invalid_value("path is missing."))?;
        let id = place.id.as_ref().map(|id| match reference::name(id) {
            Some(name) => self.id_of(name).ok_or_else(|| unknown(name)),
            None => Ok(id.clone()),
        });
        Ok((place.endpoint, id.transpose()?))
    }
}

fn unknown(name: &str) -> ScimError {
    ScimError::conflict(format!(
        "bulkId:{name} is not the bulkId of a POST in this request. Send the POST that creates it along, or the id \
         itself."
    ))
}

fn incomplete(why: &str) -> ScimError {
    ScimError::conflict(format!(
        "The resource was made without all it refers to, because {why}. Add what is missing by a PATCH."
    ))
}

impl Entry {
    /// Judges the references: one that no POST answers to is a fault, and then nothing has to be waited for.
    fn new(operation: Operation, makers: &HashMap<String, usize>) -> Self {
        let Operation { method, bulk_id, task, place } = operation;
        let mut needs = Vec::new();
        let mut missing = None;
        if let Ok(task) = &task {
            let mut see = |name: &str| match makers.get(name) {
                Some(maker) => needs.push(*maker),
                None => missing = missing.take().or_else(|| Some(name.to_owned())),
            };
            if let Some(name) = place.as_ref().and_then(|place| reference::name(place.id.as_deref()?)) {
                see(name);
            }
            reference::each(&task.data, &mut see);
        }
        needs.sort_unstable();
        needs.dedup();
        let task = match missing {
            Some(name) => {
                needs.clear();
                Err(unknown(&name))
            }
            None => task,
        };
        Self { method, bulk_id, place, task: Some(task), needs, made: None, completion: None, answer: None }
    }

    /// Nothing for an operation that was not begun.
    fn into_result(self, base_url: &str, id_of: &dyn Fn(&str) -> Option<String>) -> Option<Value> {
        let Answer { status, location, version, response } = self.answer?;
        let by_path = || {
            let place = self.place?;
            let id = match place.id {
                Some(id) => reference::name(&id).and_then(id_of).unwrap_or(id),
                None => self.made?,
            };
            Some(format!("{base_url}{}/{id}", place.endpoint.path()))
        };
        let mut result = Map::new();
        if let Some(location) = location.or_else(by_path) {
            result.insert("location".to_owned(), location.into());
        }
        result.insert("method".to_owned(), self.method.into());
        if let Some(bulk_id) = self.bulk_id {
            result.insert("bulkId".to_owned(), bulk_id.into());
        }
        if let Some(version) = version {
            result.insert("version".to_owned(), version.into());
        }
        // A string, as in error messages (RFC 7644 3.7.3).
        result.insert("status".to_owned(), status.to_string().into());
        if let Some(response) = response {
            result.insert("response".to_owned(), response);
        }
        Some(Value::Object(result))
    }
}
